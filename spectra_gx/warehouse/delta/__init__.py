"""One Delta table: opening, reading, comparing and writing it."""
