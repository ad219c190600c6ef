"""Publishing: how staged tables become the published ones."""
