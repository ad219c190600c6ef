"""Where a warehouse keeps its files, and how tables beside it are reached."""
