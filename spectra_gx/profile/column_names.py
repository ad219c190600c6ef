"""Hints in a column's name: a key, private values, a natural range."""

from __future__ import annotations

import re

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_KEYS = frozenset({"id", "key", "uuid", "guid", "code", "no", "nr", "number", "pk", "isbn", "sku"})
_PII = (
    "email", "mail", "phone", "mobile", "fax", "ssn", "passport", "birth", "birthday", "birthdate",
    "dob", "iban", "surname", "firstname", "lastname", "fullname", "first name", "last name",
    "full name", "given name", "family name", "maiden name", "street", "e mail", "tax id",
    "ip address", "home address", "postal address",
)  # fmt: skip
_CONFIDENTIAL = (
    "token", "secret", "password", "passwd", "pwd", "credential", "credentials", "api key",
    "apikey", "private key", "access key", "salary", "pin", "cvv", "card number",
)  # fmt: skip
_RANGES: dict[str, tuple[int, int]] = {
    "month": (1, 12), "quarter": (1, 4), "week": (0, 53), "day": (1, 31), "hour": (0, 23),
    "minute": (0, 59), "second": (0, 60), "weekday": (0, 7), "year": (1900, 2100),
    "lat": (-90, 90), "latitude": (-90, 90), "lon": (-180, 180), "lng": (-180, 180),
    "long": (-180, 180), "longitude": (-180, 180), "percent": (0, 100), "percentage": (0, 100),
    "pct": (0, 100), "humid": (0, 100), "humidity": (0, 100), "share": (0, 1), "fraction": (0, 1),
    "probability": (0, 1), "likelihood": (0, 1),
    "dir": (0, 360), "direction": (0, 360), "bearing": (0, 360), "angle": (0, 360),
}  # fmt: skip
_GROWING = frozenset({"version", "revision", "sequence", "seq", "counter", "offset", "index"})


def split_name(name: str) -> list[str]:
    """Split a name into lower-case words: `dep_time`, `depTime` and `DEP-TIME` have two."""
    return [part.lower() for part in _PARTS.findall(name)]


def is_key_name(name: str) -> bool:
    """Return whether a name sounds like an identifier."""
    parts = split_name(name)
    return bool(parts) and (parts[-1] in _KEYS or parts[0] in ("id", "pk"))


def is_increasing(name: str) -> bool:
    """Return whether a name sounds like values that only increase."""
    return is_key_name(name) or not _GROWING.isdisjoint(split_name(name))


def classify_name(*names: str) -> str | None:
    """Return the strictest classification that the names suggest; None if they suggest none."""
    words = [f" {' '.join(split_name(name))} " for name in names]
    for level, private in (("confidential", _CONFIDENTIAL), ("pii", _PII)):
        if any(f" {word} " in name for name in words for word in private):
            return level
    return None


def natural_range(name: str) -> tuple[int, int] | None:
    """Return the bounds that the last word of a name implies, such as 0 and 23 for an hour."""
    parts = split_name(name)
    return _RANGES.get(parts[-1]) if parts else None
