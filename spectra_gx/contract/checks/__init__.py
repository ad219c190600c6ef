"""Semantic checks of a contract whose keys are all well-formed."""
