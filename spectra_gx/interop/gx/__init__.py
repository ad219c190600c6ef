"""Suites of Great Expectations, read as JSON: GX itself is not needed."""
