"""A local stand-in for the Zephyr API: real HTTP on loopback, seeded data, faults on demand."""

from spectra_gx.sources.zephyr.sandbox.server import Sandbox

__all__ = ["Sandbox"]
