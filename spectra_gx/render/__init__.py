"""Facts as text and JSON; facts never render themselves."""
