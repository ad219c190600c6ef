"""What takes care of a warehouse, as text."""
