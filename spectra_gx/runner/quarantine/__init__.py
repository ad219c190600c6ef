"""Rows in quarantine: put there by a run, listed, and released."""
