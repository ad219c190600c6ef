"""Bringing a contract that a person keeps up to what is new in its data."""
