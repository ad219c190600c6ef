r"""What a text of each format looks like; `\z` is its very end."""

from __future__ import annotations

import json
import re

_LEAP_YEAR = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE = (
    rf"(?:\d{{4}}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    rf"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_NUMERIC = r"(?:0|[1-9][0-9]*)"
_PRE_RELEASE = rf"(?:{_NUMERIC}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"

FORMATS = {
    "semver": rf"^{_NUMERIC}\.{_NUMERIC}\.{_NUMERIC}(?:-{_PRE_RELEASE}(?:\.{_PRE_RELEASE})*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\z",
    "email": r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\z",
    "uuid": r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\z",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\x22{}|\\^`]+\z",
    "ipv4": rf"^{_OCTET}(?:\.{_OCTET}){{3}}\z",
    "date": rf"^{_DATE}\z".replace(r"\d", "[0-9]"),
    "masked": r"^\*{3}(?:[^\r\n]{3})?\z",
}
"""Formats that are a regex; `json` is GX's own expectation instead."""


def has_format(name: str, text: str) -> bool:
    """Return whether a text is of a format."""
    if name != "json":
        return re.search(FORMATS[name].replace(r"\z", r"\Z"), text) is not None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
