"""Care of a warehouse: compaction, vacuum, retention, erasure, and backups of the log."""
