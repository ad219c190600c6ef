"""One module per command: each adds its options with `add` and runs with `execute`."""
