"""Engines that query pinned tables: DataFusion in this process, or Spark."""
