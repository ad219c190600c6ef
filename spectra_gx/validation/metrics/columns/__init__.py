"""Metrics about a whole column or table: one number, or a few values."""
