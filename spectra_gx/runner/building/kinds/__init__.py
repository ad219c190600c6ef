"""The kinds of builders, one a module."""
