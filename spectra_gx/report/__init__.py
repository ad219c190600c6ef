"""Data docs."""
