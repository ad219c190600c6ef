"""The seven steps of a run and the stages they build."""
