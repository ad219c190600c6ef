"""From the rules of a contract to how its tables are made."""
