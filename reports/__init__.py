"""What the week says: numbers, what changed, and the editions that tell each team. Code, not finished reports."""
