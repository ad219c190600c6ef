"""Sensitivity belongs to the data: what one contract hides of a place, no other contract shows."""

from __future__ import annotations

import os
import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.contract.database_addresses import is_database_address
from spectra_gx.contract.language.environments import apply_environment
from spectra_gx.contract.model import SENSITIVE, Column, StageContract, Table
from spectra_gx.store.addresses import common_form
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH, WILDCARD
from spectra_gx.warehouse.quarantine_tables import quarantine_table
from spectra_gx.warehouse.warehouse import STAGING, TABLES, table_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


_UNDECLARED = "confidential"
"""What a column is that is sensitive without a classification: masked, or through its fields."""

_LONGEST = 1024
"""Characters of a name, and names of a path, from which on it is treated as any: none is longer."""

_MOST_ENTRIES = 100_000
"""Files and folders that are looked through for links."""

_CHOICE = re.compile(r"\[.*\]|\[")


_Place: TypeAlias = tuple[str, ...]
"""The names on the way to data, in small letters: case is none of them on some machines."""


@dataclass(frozen=True)
class _Hidden:
    """A table with sensitive columns, and a place where its rows are stored."""

    place: _Place
    table: Table


class Classifications:
    """What the contracts of a project classify, by the place that the data is stored in."""

    def __init__(self, contracts: Iterable[StageContract], warehouse: str) -> None:
        """Collect what is sensitive; `warehouse` is its address."""
        self._warehouse = warehouse
        self._at: dict[_Place, list[_Hidden]] = defaultdict(list)
        """By what their places begin with before any pattern."""
        self._below: dict[_Place, list[_Hidden]] = defaultdict(list)
        """By every beginning of that."""
        for contract in contracts:
            for table in contract.tables:
                for place in self._stored(contract, table) if table.sensitive_columns else ():
                    self._add(_Hidden(place, table))

    def applied(self, contract: StageContract) -> StageContract:
        """Return a contract as sensitive as any contract declares for the places of its data."""
        return replace(contract, tables=tuple(map(self.applied_to, contract.tables)))

    def applied_to(self, table: Table) -> Table:
        """Return a table as sensitive as any contract declares for its place."""
        places = list(_places(table, self._warehouse)) if self._at else []
        others = [other for place in places for other in self._stored_at(place)]
        if not others:
            return table
        columns = tuple(_strictest(column, table, others) for column in table.columns)
        return replace(table, columns=columns)

    def _add(self, hidden: _Hidden) -> None:
        start = _start(hidden.place)
        self._at[start].append(hidden)
        for length in range(len(start)):
            self._below[start[:length]].append(hidden)

    def _stored_at(self, place: _Place) -> Iterator[Table]:
        """Yield the tables whose rows may be at, or below, a place."""
        start = _start(place)
        above = (self._at.get(start[:length], ()) for length in range(len(start) + 1))
        for hidden in chain(*above, self._below.get(start, ())):
            if _overlap(place, hidden.place):
                yield hidden.table

    def _stored(self, contract: StageContract, table: Table) -> Iterator[_Place]:
        """Yield every place where rows of a table are, in any environment or on their way."""
        for environment in (None, *(one.name for one in contract.environments)):
            there = apply_environment(contract, environment) if environment else contract
            declared = there.table(table.name)
            assert declared is not None  # noqa: S101 - an environment leaves no table out
            yield from _places(declared, self._warehouse)
        quarantine = quarantine_table(contract.name, table.name)
        for folder, name in (
            (TABLES, quarantine),
            (f"{STAGING}/*", table.name),
            (f"{STAGING}/*/_aside", table.name),
        ):
            yield _place(posixpath.join(self._warehouse, table_path(folder, name)))


def _strictest(column: Column, table: Table, others: Sequence[Table]) -> Column:
    if column.sensitive:
        return column
    for other in others:
        if not _has_columns_of(table, other) and other.sensitive_columns:
            # What one takes for a column, the other may take for any.
            return replace(column, classification=_UNDECLARED)
        twins = [one for one in other.columns if one.name.casefold() == column.name.casefold()]
        # The files of a Delta table may call a column otherwise than the table does.
        hidden = any(one.sensitive for one in twins) or (
            not twins and other.format is not table.format
        )
        if hidden:
            found = next((one.classification for one in twins), None)
            return replace(column, classification=found if found in SENSITIVE else _UNDECLARED)
    return column


def _has_columns_of(table: Table, other: Table) -> bool:
    """Return whether a name means the same column of the same files to both tables."""
    if table.csv != other.csv:
        return False
    return table.csv.header or [one.name for one in table.columns] == [
        one.name for one in other.columns
    ]


# -- places ----------------------------------------------------------------------------------------


def _places(table: Table, warehouse: str) -> Iterator[_Place]:
    """Yield where a table's rows are: what it names, and what links in there lead to."""
    if table.location is None:
        yield _place(posixpath.join(warehouse, table_path(TABLES, table.name)))
    elif "://" in table.location or is_database_address(table.location):
        yield _place(table.location)
    else:
        address = posixpath.join(warehouse, table.location)
        yield _place(address)
        if "://" not in address:
            yield from map(_pattern, _linked(_resolved(address)))


def _place(address: str) -> _Place:
    return _pattern(common_form(address) if "://" in address else _resolved(address))


def _resolved(path: str) -> str:
    """Return an absolute path without links and detours, as far as it is no pattern."""
    parts = Path(path).parts
    first = next((i for i, part in enumerate(parts) if WILDCARD.search(part)), len(parts))
    whole = os.path.lexists(path)
    beginning = parts if whole else parts[:first]
    rest = () if whole else parts[first:]
    return Path(os.path.realpath(Path(*beginning)), *rest).as_posix()


def _linked(path: str) -> Iterator[str]:
    """Yield where links below a path lead, and below these; anywhere, where too much is there."""
    parts = Path(path).parts
    waiting = [str(Path(*takewhile(lambda part: not WILDCARD.search(part), parts)))]
    seen: set[str] = set()
    looked_at = 0
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        for entry in _entries(folder):
            looked_at += 1
            if looked_at > _MOST_ENTRIES:
                yield "/"
                return
            if entry.is_symlink():
                real = os.path.realpath(entry.path)
                yield real
                waiting.append(real)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []  # a file, or nothing that can be read, which shows no value


def _pattern(path: str) -> _Place:
    """Return a path's names as patterns of `*` and `?`; a choice `[…]` is treated as anything."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > _LONGEST:
        return (ANY_DEPTH,)
    return tuple(
        "*" if len(part) > _LONGEST else _CHOICE.sub("*", part.casefold()) for part in parts
    )


def _start(place: _Place) -> _Place:
    """Return the names of a place before any pattern."""
    return tuple(takewhile(lambda part: not WILDCARD.search(part), place))


def _overlap(one: _Place, other: _Place) -> bool:
    """Return whether a file can be at, or below, both places."""
    return _meet((*one, ANY_DEPTH), (*other, ANY_DEPTH), ANY_DEPTH, _same_name)


def _same_name(one: str, other: str) -> bool:
    """Return whether a name can match both patterns."""
    if one == other or not WILDCARD.search(one + other):
        return one == other
    return _meet(one, other, "*", lambda a, b: a == b or "?" in (a, b))


def _meet(
    one: Sequence[str], other: Sequence[str], many: str, same: Callable[[Any, Any], bool]
) -> bool:
    """Return whether a sequence matches both patterns, of which `many` means any number."""
    below = [False] * (len(other) + 1)
    for i in range(len(one), -1, -1):
        row = [False] * (len(other) + 1)
        for j in range(len(other), -1, -1):
            if i < len(one) and one[i] == many:
                row[j] = below[j] or (j < len(other) and row[j + 1])
            elif j < len(other) and other[j] == many:
                row[j] = row[j + 1] or (i < len(one) and below[j])
            elif i < len(one) and j < len(other):
                row[j] = below[j + 1] and same(one[i], other[j])
            else:
                row[j] = i == len(one) and j == len(other)
        below = row
    return below[0]
