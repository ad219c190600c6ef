"""How files of a table are written, where the contract says so."""
