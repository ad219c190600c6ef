"""The commands that take care of a warehouse."""
