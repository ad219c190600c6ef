"""The handoff: what a stage needs of those before it, and prepares for the next."""
