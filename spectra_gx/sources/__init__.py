"""Source systems: HTTP, a registry by the contract's `system`, and a package per system."""
