"""Source systems and the sandbox that stands in for one."""
