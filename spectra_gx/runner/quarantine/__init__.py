"""Quarantine rows in a run, list them, and release them."""
