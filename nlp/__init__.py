"""From raw text to clean, redacted clauses."""
