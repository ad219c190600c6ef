"""Compile contracts into GX artefacts: one small function per rule kind."""
