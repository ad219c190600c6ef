"""Run the checkpoints of a stage, one per table, and gather their results."""
