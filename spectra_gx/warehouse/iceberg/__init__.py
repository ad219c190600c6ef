"""Iceberg tables, read at a snapshot by pyiceberg."""
