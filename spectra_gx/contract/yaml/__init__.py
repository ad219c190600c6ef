"""YAML with the position of every node and the original style."""
