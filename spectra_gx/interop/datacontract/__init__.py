"""Files of the Data Contract Specification as contracts."""
