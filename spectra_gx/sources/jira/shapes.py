"""The shapes that Jira's answers must have."""

from spectra_gx.sources.json_shapes import JsonShapes

find_mismatch = JsonShapes(__package__, "jira_shapes.json").find_mismatch
