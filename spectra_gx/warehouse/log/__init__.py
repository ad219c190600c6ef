"""The activity log: one row per checkpoint and per run, in a Delta table."""
