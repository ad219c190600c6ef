"""A local stand-in for the Zephyr API: real HTTP on loopback, seeded data, faults on demand."""

from spectra_gx.sources.zephyr.sandbox.faults import Fault, FaultKind, parse_fault
from spectra_gx.sources.zephyr.sandbox.server import Sandbox

__all__ = ["Fault", "FaultKind", "Sandbox", "parse_fault"]
