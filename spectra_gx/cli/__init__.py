"""The command line: parses, makes one call, writes once."""
