"""Databases as engines: each answers queries over its own tables, in its own SQL."""
