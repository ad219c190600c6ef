"""A project folder and everything that can be done with it."""

from spectra_gx.project.facade import Project

__all__ = ["Project"]
