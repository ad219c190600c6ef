"""Create a contract from existing tables: profile them in one scan, then infer rules."""
