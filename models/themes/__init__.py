"""Find what customers talk about that the taxonomy does not have."""
