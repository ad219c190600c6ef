"""MariaDB as an engine: its connection, its SQL, its types."""
