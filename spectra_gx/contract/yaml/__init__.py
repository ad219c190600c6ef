"""YAML with the position of every node, and as it is written."""
