"""The DataFusion that ships inside `deltalake`."""
