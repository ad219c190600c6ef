"""Probing: which endpoints of a source's catalogue answer."""
