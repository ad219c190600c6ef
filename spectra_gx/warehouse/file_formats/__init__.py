"""Tables stored as CSV and Parquet files."""
