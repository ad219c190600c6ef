"""ODCS, the Open Data Contract Standard of Bitol, version 3.2: import and export."""
