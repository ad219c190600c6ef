"""Finding tables where a person names a folder, a pattern or a database."""
