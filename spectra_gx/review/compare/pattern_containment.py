"""Prove that a pattern matches all that another matches, for plain texts in `^` and `$` only."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLAIN = re.compile(r"(\^?)((?:[^\\^$.|?*+()\[\]{}\n]|\\[^A-Za-z0-9\n])*)(\$?)")


@dataclass(frozen=True)
class _Text:
    starts: bool
    text: str
    ends: bool


def contains(outer: str, inner: str) -> bool:
    """Return whether it is proven that whatever `inner` finds, `outer` finds too."""
    out, within = _plain(outer), _plain(inner)
    if out is None or within is None:
        return False
    if out.starts and out.ends:
        return within == out
    if out.starts:
        return within.starts and within.text.startswith(out.text)
    if out.ends:
        return within.ends and within.text.endswith(out.text)
    return out.text in within.text


def _plain(pattern: str) -> _Text | None:
    match = _PLAIN.fullmatch(pattern)
    if match is None:
        return None
    return _Text(bool(match[1]), re.sub(r"\\(.)", r"\1", match[2]), bool(match[3]))
