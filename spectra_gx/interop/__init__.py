"""Contracts in other words and back: ODCS, GX suites, JSON Schema, Markdown, SQL DDL."""
