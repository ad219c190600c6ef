"""A contract file read into the model, key by key."""
