"""Parsers of single values: each reads a node, reports problems and has a JSON schema."""
