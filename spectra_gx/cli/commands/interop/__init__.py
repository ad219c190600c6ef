"""Commands that take contracts in from elsewhere, and out."""
