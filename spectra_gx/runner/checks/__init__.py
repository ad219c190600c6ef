"""Checks of existing tables, whole or of added rows alone."""
