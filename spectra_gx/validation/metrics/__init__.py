"""Metrics that an engine computes itself: how each is queried, and which rows fail it."""
