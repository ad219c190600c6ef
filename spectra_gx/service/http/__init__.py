"""What holds for every request: bounds, who may do what, errors."""
