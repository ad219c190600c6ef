"""A local stand-in for Jira: real HTTP on loopback, seeded data, faults on demand."""

from spectra_gx.sources.jira.sandbox.server import Sandbox

__all__ = ["Sandbox"]
