"""The shapes that Zephyr's answers must have."""

from spectra_gx.sources.json_shapes import JsonShapes

find_mismatch = JsonShapes(__package__, "zephyr_shapes.json").find_mismatch
