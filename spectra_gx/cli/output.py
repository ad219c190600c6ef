"""Writing once: data on stdout, everything else on stderr."""

from __future__ import annotations

import sys


def write(text: str) -> None:
    """Write what was asked for."""
    sys.stdout.write(text + "\n")


def say(text: str) -> None:
    """Tell a person something beside it."""
    sys.stderr.write(text + "\n")
