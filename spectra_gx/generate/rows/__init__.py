"""The columns of any rows of a table."""
