"""What `init` reads of databases: how tables are declared, and copies of their rows."""
