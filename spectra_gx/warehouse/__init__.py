"""Delta tables: reading and replacing them, staging and publishing, the activity log."""
