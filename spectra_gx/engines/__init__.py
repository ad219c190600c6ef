"""What answers queries about pinned tables: DataFusion in this process, or Spark."""
