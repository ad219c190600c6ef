"""New projects: what `spectra-gx new` writes."""
