"""Excerpts of text for messages: one line, shortened, never a secret."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_QUOTE = 60
_LONGEST_WORD = 100
_MOST_KNOWN = 1000

_SHORTEST = 12
_KNOWN = (  # compiled by `re` when it is first needed, which most contracts never do
    r"gh[pousr]_[A-Za-z0-9]{20}|github_pat_[A-Za-z0-9_]{20}|glpat-[\w-]{16}|xox[abeoprs]-[\w-]{10}"
    r"|\bAKIA[0-9A-Z]{12}|\bATATT[\w-]{16}|\bsk-[A-Za-z0-9_-]{20}|\bAIza[\w-]{30}"
    r"|\beyJ[\w-]{14}|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_SPELT = (
    r"(?i:\b(?:bearer|basic)\s+[\w.~+/-]{16})|(?i:discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d)"
    r"|://[^\s/:@{}]*:[^\s/@{}]+@|(?i:\b(?:password|secret|token|api_?key)=[^\s{<]{6})"
)
_STARTS = ("gh", "glpat-", "xox", "AKIA", "ATATT", "sk-", "AIza", "eyJ", "-----BEGIN")
_WORDS = ("bearer", "basic", "discord", "://", "password=", "secret=", "token=", "key=")
"""What the two patterns above can begin with: looking for them first is many times faster."""

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_RUN = re.compile(r"[A-Za-z0-9+_=-]{24,}")
_MIXED = r"(?=(?:[^0-9]*[0-9]){2})(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])"
_LEAST_BITS = 4.2
"""Above what long camelCase names reach, below what 24 random characters have."""


def contains_token(text: str) -> bool:
    """Return whether a text contains a token of a kind that its letters give away."""
    return (
        len(text) >= _SHORTEST
        and any(start in text for start in _STARTS)
        and re.search(_KNOWN, text) is not None
    )


def looks_secret(text: str) -> bool:
    """Return whether a text contains a token, a password, or a run that only chance would write."""
    if len(text) < _SHORTEST:
        return False
    lower = text.lower()
    if contains_token(text) or (any(word in lower for word in _WORDS) and re.search(_SPELT, text)):
        return True
    if _RUN.search(text) is None:
        return False
    return any(
        re.match(_MIXED, run) and _bits(run) > _LEAST_BITS
        for run in _RUN.findall(re.sub(_UUID, "", text))
    )


def _bits(run: str) -> float:
    """Return the entropy of a run's characters, in bits a character."""
    length = len(run)
    return -sum(n / length * math.log2(n / length) for n in Counter(run).values())


def quote(text: str) -> str:
    """Return the text as a message may show it: one line, not too long, never a secret."""
    if looks_secret(text):
        return "‹redacted›"
    line = text[:_LONGEST_QUOTE]
    if not line.isprintable():
        line = "".join(letter if letter.isprintable() else " " for letter in line)
    return f"'{line}…'" if len(text) > _LONGEST_QUOTE else f"'{line}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` — did you mean 'x'?` for the nearest known word, or nothing."""
    import difflib  # noqa: PLC0415  # only a mistake pays for it

    folded = {name.lower(): name for name in islice(known, _MOST_KNOWN)}
    near = difflib.get_close_matches(word[:_LONGEST_WORD].lower(), folded, n=1)
    return f" — did you mean {quote(folded[near[0]])}?" if near else ""
