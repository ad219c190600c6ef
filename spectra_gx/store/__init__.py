"""Storage of a warehouse's files, and access to tables outside of it."""
