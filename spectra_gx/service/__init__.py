"""Everything that is done with a project, over HTTP: `spectra-gx serve`."""
