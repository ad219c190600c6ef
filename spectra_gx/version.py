"""The package's version, apart from the public names so that any module may import it."""

__version__ = "0.1.0"
