"""What things cost, measured; each module is run as `python -m benchmarks.<name>`."""
