"""What a value may be, and values for many rows at once."""
