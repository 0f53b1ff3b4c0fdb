"""What a text says: the encoder, its heads, and the decisions made on their scores. Code, and the weights it ships."""
