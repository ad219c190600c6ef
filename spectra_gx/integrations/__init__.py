"""Parts of other tools that start spectra-gx as a command of its own environment."""
