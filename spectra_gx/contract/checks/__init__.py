"""What makes a contract wrong although each of its keys is well-formed."""
