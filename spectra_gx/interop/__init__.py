"""Import and export of contracts: ODCS, GX suites, JSON Schema, Markdown, SQL DDL."""
