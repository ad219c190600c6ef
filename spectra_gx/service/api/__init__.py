"""The interface for programs: JSON and server-sent events."""
