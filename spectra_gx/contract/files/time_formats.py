"""Formats of dates and times in the directives of strptime, as regular expressions.

What a format matches is narrower than what `datetime.strptime` takes: white space as it is written,
names in English, and two digits where nothing separates a number from the next.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT = 3
"""Letters of a short name."""


def _any_of(names: Sequence[str]) -> str:
    return f"(?i:{'|'.join(names)})"


_DIRECTIVES: Mapping[str, tuple[str, str]] = {
    "Y": ("year", r"\d{4}"),
    "y": ("short_year", r"\d{2}"),
    "m": ("month", r"\d{1,2}"),
    "B": ("month_name", _any_of(MONTHS)),
    "b": ("month_name", _any_of([name[:SHORT] for name in MONTHS])),
    "d": ("day", r"\d{1,2}"),
    "A": ("", _any_of(WEEKDAYS)),
    "a": ("", _any_of([name[:SHORT] for name in WEEKDAYS])),
    "H": ("hour", r"\d{1,2}"),
    "I": ("short_hour", r"\d{1,2}"),
    "p": ("half", "(?i:AM|PM)"),
    "M": ("minute", r"\d{1,2}"),
    "S": ("second", r"\d{1,2}"),
    "f": ("fraction", r"\d{1,6}"),
    "z": ("offset", r"Z|[+-]\d{2}:?\d{2}"),
}
"""Directive → what it reads, and as what."""

_MEANS: Mapping[str, str] = {
    "short_year": "year",
    "month_name": "month",
    "short_hour": "hour",
    "half": "half of the day",
}
_DATE = ("year", "month", "day")
_EXAMPLES: Mapping[str, str] = {
    "year": "`%Y`",
    "month": "`%m`",
    "day": "`%d`",
    "hour": "`%H`",
    "half of the day": "`%p`",
}


def find_problem(format_: str, *, of_dates: bool) -> str | None:
    """Return what keeps a format from reading dates or timestamps, as the end of a sentence."""
    parts = list(_parts(format_))
    for directive, _ in parts:
        if directive is not None and directive not in (*_DIRECTIVES, "%"):
            known = ", ".join(f"%{name}" for name in _DIRECTIVES)
            return f"has `%{directive}`, which is not read; directives are {known} and %%"
    names = [_DIRECTIVES[name][0] for name, _ in parts if name is not None and name != "%"]
    read = Counter(_MEANS.get(name, name) for name in names if name)
    if doubled := next((name for name, count in read.items() if count > 1), None):
        return f"reads the {doubled} twice; remove one of them"
    needed = [
        *_DATE,
        *([] if of_dates else ["hour"]),
        *(["half of the day"] if "short_hour" in names else []),
    ]
    if missing := next((name for name in needed if name not in read), None):
        return f"reads no {missing}; add {_EXAMPLES[missing]}"
    if of_dates and (more := next((name for name in read if name not in _DATE), None)):
        return f"reads the {more}, which a date has not; write what is always there as it is"
    if "half of the day" in read and "short_hour" not in names:
        return "reads `%p` beside an hour of 24; write `%I` for the hour"
    return None


def reads_offset(format_: str) -> bool:
    """Return whether a format reads an offset from UTC."""
    return any(directive == "z" for directive, _ in _parts(format_))


def pattern_of(format_: str) -> str:
    """Return what a whole text in this format matches, in the syntax of RE2.

    Its groups are of year or short_year, month or month_name, day, hour or short_hour, half,
    minute, second, fraction and offset, as far as the format reads them.
    """
    parts = list(_parts(format_))
    pattern = ""
    for number, (directive, text) in enumerate(parts):
        if directive is None or directive == "%":
            pattern += re.escape("%" if directive else text)
            continue
        name, digits = _DIRECTIVES[directive]
        beside = [parts[number - 1][0]] if number else []
        beside += [part[0] for part in parts[number + 1 : number + 2]]
        if any(other in _DIRECTIVES and _is_number(other) for other in beside):
            digits = digits.replace("{1,2}", "{2}").replace("{1,6}", "{6}")
        pattern += f"(?P<{name}>{digits})" if name else digits
    return rf"\A{pattern}\z"


def _is_number(directive: str | None) -> bool:
    return directive is not None and r"\d" in _DIRECTIVES[directive][1] and directive != "z"


def _parts(format_: str) -> Iterator[tuple[str | None, str]]:
    """Yield each directive, its letter alone, and each text between two of them."""
    for match in re.finditer(r"%(?P<letter>.?)|[^%]+", format_, re.DOTALL):
        yield match["letter"], match[0]
