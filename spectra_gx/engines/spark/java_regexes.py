r"""Write regular expressions for Java where they mean the same in Rust and Python.

Java's classes know ASCII only, its dot stops at more than the line feed, and its groups have
other names, unless flags change that.
"""

from __future__ import annotations

import re

from spectra_gx.compiler.regexes import only_python

_FLAGS = "(?dU)"
"""Only a line feed ends a line; classes know all of Unicode."""

_READ_OTHERWISE = {r"\v": r"\x0B"}
"""What Java reads as a class of characters."""

_PARTS = re.compile(r"\\.|\(\?P<\w+>", re.DOTALL)


def java_regex(pattern: str) -> str | None:
    """Return a pattern for Java; None where Python alone reads it as it is meant."""
    if only_python(pattern):
        return None
    return _FLAGS + _PARTS.sub(_as_java, pattern)


def _as_java(part: re.Match[str]) -> str:
    # Nothing refers to a group: what does is Python's.
    if part[0].startswith("(?P<"):
        return "("
    return _READ_OTHERWISE.get(part[0], part[0])
