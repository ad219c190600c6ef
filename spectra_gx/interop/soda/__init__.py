"""Soda's checks and contracts as contracts, and contracts as Soda's."""
