"""SQL that every engine evaluates alike, with rewrites where they differ."""
