"""SQL Server as an engine: its connection, its SQL, its types. It was not run here."""
