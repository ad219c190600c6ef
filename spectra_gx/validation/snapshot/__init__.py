"""What a check reads, pinned once at its start."""
