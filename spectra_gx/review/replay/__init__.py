"""Changed rules, checked against stored versions of the data."""
