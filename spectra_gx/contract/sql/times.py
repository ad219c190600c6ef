"""Times in contract SQL: texts that are read as one, and what comes of calculating with them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from spectra_gx.contract.sql.types import (
    OPAQUE,
    SPAN,
    TIMES,
    SqlType,
    TypeClass,
)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<zone>Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def is_time(text: str, type_class: TypeClass) -> bool:
    """Return whether a text is a day or an instant, written in the one way all engines read."""
    if type_class is TypeClass.DATE:
        return bool(_DAY.fullmatch(text)) and _is_read(date.fromisoformat, text)
    match = _INSTANT.fullmatch(text)
    if match is None or (match["zone"] and type_class is TypeClass.LOCAL_TIMESTAMP):
        return False
    return _is_read(datetime.fromisoformat, text)


def _is_read(read: object, text: str) -> bool:
    try:
        read(text)  # type: ignore[operator]  # one of two ways to read
    except ValueError:
        return False
    return True


def instant(value: Any, type_class: TypeClass) -> Any:
    """Return a cast to an instant or wall clock as columns hold it; by itself it had nanoseconds.

    Beside those the engine would make nanoseconds of the columns, too, which end in 2262.
    """
    zone = 'Some("UTC")' if type_class is TypeClass.TIMESTAMP else "None"
    arrow = exp.Literal.string(f"Timestamp(Microsecond, {zone})")
    return exp.Anonymous(this="arrow_cast", expressions=[value, arrow])


def time_literal(text: str, type_class: TypeClass) -> Any:
    """Return a text as the day, instant or wall clock that it spells."""
    if type_class is TypeClass.DATE:
        return exp.cast(exp.Literal.string(text), "DATE")
    return instant(exp.Literal.string(text), type_class)


def calculated_time(node: Any, left: TypeClass, right: TypeClass) -> SqlType | None:
    """Return the type of a sum or difference of times; None where there is none."""
    if TypeClass.NULL in (left, right):
        return OPAQUE
    adds = isinstance(node, exp.Add)
    if not adds and not isinstance(node, exp.Sub):
        return None
    if left in TIMES and right in TIMES and not adds:
        days = left is right is TypeClass.DATE
        return SqlType(TypeClass.WHOLE, bound=2**32) if days else SPAN if left is right else None
    moved = {TypeClass.SPAN} if right is not TypeClass.WHOLE else {TypeClass.WHOLE}
    if left in TIMES and right in moved and (right is TypeClass.SPAN or left is TypeClass.DATE):
        return SqlType(left)
    if (
        adds
        and right in TIMES
        and (left is TypeClass.SPAN or (left, right) == (TypeClass.WHOLE, TypeClass.DATE))
    ):
        return SqlType(right)
    return SPAN if left is right is TypeClass.SPAN else None
