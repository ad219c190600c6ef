"""Review contract changes: what changed, whom it affects, which version it requires."""
