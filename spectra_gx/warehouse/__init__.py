"""Delta tables: reading pinned versions, staging and publishing, the activity log."""
