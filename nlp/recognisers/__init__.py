"""One small module for each kind of personal data; nlp.redaction lists them."""
