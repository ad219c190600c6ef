"""A contract from tables that exist: what one scan sees, and what of it a person would keep."""
