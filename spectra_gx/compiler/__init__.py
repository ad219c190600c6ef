"""Contract in, GX artefacts out: one small function a rule kind."""
