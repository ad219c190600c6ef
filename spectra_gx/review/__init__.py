"""Reviewing changes of contracts: what changed, whom it hurts, what version it needs."""
