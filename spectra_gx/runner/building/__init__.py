"""Builders: what makes the tables of a stage, and the order in which it does."""
