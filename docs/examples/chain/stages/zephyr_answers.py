"""Reads Zephyr's answers, page by page, and finds out what fields they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, Any]

LEVELS = ("project", "release", "cycle", "execution")
"""Each below the one before."""

PARENT_PARAMETER = "cycleid"
"""Names the parent where the path has no place for it; the published list leaves it out."""

MAX_PAGES = 1000
SAMPLE = 100
"""Rows of each level that are looked at."""

TRIED = 5
"""Parents that are tried until one has rows."""

_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_INSTANT = re.compile(r"(?i:date|datetime)$|On$")
_DAY = "%m/%d/%Y"
_LONG = 2**63
_EXACT = 2**53
"""Up to it every whole number is a float, too."""


# -- rows ------------------------------------------------------------------------------------------


def rows_below(http: Any, endpoint: Mapping[str, Any], parent: int | None) -> Iterator[Row]:
    """Yield the rows of an endpoint that belong to a parent.

    Args:
        http: `run.http`.
        endpoint: A row of `prepare._endpoints`.
        parent: Id of the row on the level above; None on the first.
    """
    path, places = _PLACEHOLDER.subn(str(parent), endpoint["endpoint_path"])
    params = {} if places or parent is None else {PARENT_PARAMETER: parent}
    size = endpoint["pageSize"]
    yield from _pages(http, path, params, size) if size else _rows(http.get_json(path, params))


def _pages(http: Any, path: str, params: Mapping[str, Any], size: int) -> Iterator[Row]:
    """Yield the rows of an endpoint that answers in pages.

    `resultSize` may be 0 beside data, and some endpoints ignore `offset`: what ends the reading is
    a page shorter than requested, or one that begins as the page before.
    """
    first = None
    for number in range(MAX_PAGES):
        rows = _rows(http.get_json(path, {**params, "offset": number * size, "pagesize": size}))
        if not rows or rows[0]["id"] == first:
            return
        yield from rows
        if len(rows) < size:
            return
        first = rows[0]["id"]
    raise ValueError(f"`{path}` has more than {MAX_PAGES:,} pages")


def _rows(answer: Any) -> list[Row]:
    """Return the rows of an answer, which come bare or in a page."""
    return answer if isinstance(answer, list) else answer["results"]


def sample(http: Any, endpoints: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Row]]:
    """Return level → some of its rows: those below the first row above that has any.

    Args:
        http: `run.http`.
        endpoints: Level → its row of `prepare._endpoints`.
    """
    found: dict[str, list[Row]] = {}
    parents: list[int | None] = [None]
    for level in LEVELS:
        answers = (rows_below(http, endpoints[level], parent) for parent in parents[:TRIED])
        found[level] = next(filter(None, ([*islice(rows, SAMPLE)] for rows in answers)), [])
        parents = [row["id"] for row in found[level]]
    return found


# -- fields ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """What a sample shows of one field."""

    name: str
    structure: str
    """scalar, record, array or objectDump, a JSON object without known fields."""

    parts: tuple[str, ...]
    """Its own name, or the names of the fields of the record or of the array's records."""

    types: tuple[str, ...]
    """One for each part: text, int64, float64, bool, date, datetime or json."""

    nullable: bool
    """Whether a row lacks it, or has null."""

    json_type: str
    seen: int
    """Rows with a value."""


def find_fields(rows: Sequence[Row]) -> list[Field]:
    """Return the fields of rows, in the order in which they first occur."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [_field(name, [row.get(name) for row in rows]) for name in names]


def _field(name: str, values: Sequence[Any]) -> Field:
    known = [value for value in values if value is not None]
    structure, parts = _structure(name, known)
    return Field(
        name,
        structure,
        tuple(parts),
        tuple(_type(part, found) for part, found in parts.items()),
        len(known) < len(values),
        " or ".join(sorted({_json_type(value) for value in known})) or "null",
        len(known),
    )


def _structure(name: str, values: Sequence[Any]) -> tuple[str, dict[str, list[Any]]]:
    """Return how a field is shaped, and its parts, each with its values."""
    if _all(values, dict):
        parts = _parts(values)
        return ("record", parts) if parts else ("objectDump", {name: [*values]})
    if _all(values, list):
        items = [item for value in values for item in value]
        return "array", (_parts(items) if _all(items, dict) else {}) or {name: items or [[]]}
    if any(isinstance(value, dict | list) for value in values):
        return "objectDump", {name: [*values]}
    return "scalar", {name: [*values]}


def _parts(records: Iterable[Row]) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = {}
    for record in records:
        for name, value in record.items():
            parts.setdefault(name, []).append(value)
    return parts


def _all(values: Sequence[Any], kind: type) -> bool:
    return bool(values) and all(isinstance(value, kind) for value in values)


def _type(name: str, values: Sequence[Any]) -> str:
    """Return the type to which all values can be cast without loss."""
    known = [value for value in values if value is not None]
    kinds = {type(value) for value in known}
    if kinds == {bool}:
        return "bool"
    if kinds == {int} and all(abs(value) < _LONG for value in known):
        return "datetime" if _INSTANT.search(name) and all(map(_is_instant, known)) else "int64"
    if float in kinds and kinds <= {int, float} and all(map(_is_exact, known)):
        return "float64"
    if kinds <= {str}:
        return "date" if known and all(map(_is_day, known)) else "text"
    return "json"


def _is_instant(value: int) -> bool:
    """Return whether a number can be milliseconds since 1970: in the years 1973 to 2286."""
    return 10**11 <= value < 10**13


def _is_exact(value: float) -> bool:
    return isinstance(value, float) or abs(value) <= _EXACT


def _is_day(text: str) -> bool:
    try:
        return datetime.strptime(text, _DAY).strftime(_DAY) == text
    except ValueError:
        return False


def _json_type(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return kinds.get(type(value), "object")
