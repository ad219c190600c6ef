"""References between tables: keys that exist in another table, proven on all rows.

A candidate needs evidence beside that its values are there, since small numbers always are. Either
the names say so (`customer_id` and `customers.id`), or chance would not have put all values there:
of numbers that are spread widely, or of many different texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import log10
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import Family, family
from spectra_gx.profile.column_names import split_name
from spectra_gx.profile.column_profile import Reference
from spectra_gx.profile.key_detection import can_be_key_column
from spectra_gx.profile.near_misses import is_few
from spectra_gx.profile.rule_inference import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from spectra_gx.profile.column_profile import ColumnProfile, TableProfile

    CountMissing: TypeAlias = Callable[[str, Sequence[str], str, Sequence[str]], int]

_LEAST_DIFFERENT = 20
"""Texts that have to be found without names that say so."""

_LONG_TEXT = 3
_UNLIKELY = -9.0
"""Logarithm of the probability below which chance is no reason."""

_GENERIC = frozenset({"id", "key", "code", "no", "nr", "number", "uuid", "guid", "pk", "name"})
"""Names that every table may have, whatever it is about."""

_LAYERS = frozenset({"dim", "fact", "fct", "stg", "staging", "raw", "src", "tbl", "int", "mart"})
_COUNTS = frozenset({"n", "num", "count", "total", "sum", "amount", "number", "nr"})
_MOST_TRIED = 40
"""Candidates of a table that are proven, each by a join."""


@dataclass(frozen=True)
class _Candidate:
    columns: tuple[ColumnProfile, ...]
    parent: TableProfile
    to: tuple[ColumnProfile, ...]
    named: bool
    """Whether the names say so."""


def find_references(
    children: Sequence[TableProfile], parents: Sequence[TableProfile], missing: CountMissing
) -> dict[str, tuple[Reference, ...]]:
    """Return table → its references, those that few rows break included.

    Args:
        children: The tables whose references are looked for.
        parents: The tables that may be referred to.
        missing: Counts the rows of a table whose key, without nulls, is not in another one:
            child table, its columns, parent table, its columns.
    """
    return {child.name: tuple(_references(child, parents, missing)) for child in children}


def _references(
    child: TableProfile, parents: Sequence[TableProfile], missing: CountMissing
) -> Iterator[Reference]:
    found: set[tuple[str, ...]] = set()
    candidates = [one for parent in parents for one in _candidates(child, parent)]
    for one in sorted(candidates, key=_rank)[:_MOST_TRIED]:
        columns = tuple(column.name for column in one.columns)
        to = tuple(column.name for column in one.to)
        if columns in found:
            continue
        filled = min(column.filled for column in one.columns)
        broken = missing(child.name, columns, one.parent.name, to)
        if broken == 0 or (one.named and is_few(broken, filled)):
            found.add(columns)
            yield Reference(columns, one.parent.name, to, broken)


def _rank(one: _Candidate) -> tuple[bool, bool, int]:
    """Sort what the names say first, then what a primary key is."""
    return not one.named, tuple(c.name for c in one.to) != one.parent.key, -len(one.columns)


def _candidates(child: TableProfile, parent: TableProfile) -> Iterator[_Candidate]:
    if len(parent.key) > 1 and parent.name != child.name:
        yield from _of_several(child, parent)
    is_own = parent.name == child.name
    for to in _unique_columns(parent):
        for column in child.columns:
            if (is_own and column.name == to.name) or column.filled < ENOUGH:
                continue
            if family(column.type) is not family(to.type) or not can_be_key_column(column):
                continue
            named = _says_so(column.name, child, to.name, parent)
            unlikely = named or (not is_own and _is_no_chance(column, to))
            if unlikely and not _is_mirrored(column, child, to, parent):
                yield _Candidate((column,), parent, (to,), named=named)


def _is_mirrored(
    column: ColumnProfile, child: TableProfile, to: ColumnProfile, parent: TableProfile
) -> bool:
    """Return whether the reference goes the other way: both identify a row of their tables."""
    if column not in _unique_columns(child):
        return False
    if not _says_so(column.name, child, to.name, parent):
        return True
    if not _says_so(to.name, parent, column.name, child):
        return False
    return not _is_named_after(to.name, parent) or _is_named_after(to.name, child)


def _is_named_after(name: str, table: TableProfile) -> bool:
    words, table_words = _words(name), _table_words(table)
    return len(table_words) < len(words) and words[: len(table_words)] == table_words


def _of_several(child: TableProfile, parent: TableProfile) -> Iterator[_Candidate]:
    """Yield a composite key whose columns have the same names in both tables."""
    if child.key == parent.key:
        return
    own = {column.name: column for column in child.columns}
    to = [column for column in parent.columns if column.name in parent.key]
    if all(
        one.name in own
        and own[one.name].filled >= ENOUGH
        and family(own[one.name].type) is family(one.type)
        for one in to
    ):
        yield _Candidate(tuple(own[one.name] for one in to), parent, tuple(to), named=True)


def _unique_columns(table: TableProfile) -> list[ColumnProfile]:
    """Return the columns that identify a row: the key, and others that are unique."""
    return [
        column
        for column in table.columns
        if (column.name,) == table.key or (column.repeated == 0 and not column.nulls)
    ]


def _says_so(name: str, child: TableProfile, to: str, parent: TableProfile) -> bool:
    """Return whether a column is named after a key of a table.

    `customer_id`, `customer` and `billing_customer_id` are after `customers.id`; `isbn` is after
    `isbn`; `parent_id` is after the `id` of its own table.
    """
    words, key, table = _words(name), _words(to), _table_words(parent)
    if not words or not key:
        return False
    if parent.name == child.name:
        return words != key and "parent" in words
    if words == key:
        return not _GENERIC.issuperset(key)
    is_own = key[: len(table)] == table
    whole = key if is_own or not _GENERIC.issuperset(key) else table + key
    # Of `n_orders` and `order_count` the numbers of orders are not those that name an order.
    is_count = split_name(name)[-1] != words[-1] or not _COUNTS.isdisjoint(words)
    return _ends_with(words, whole) or (_ends_with(words, table) and not is_count)


def _table_words(table: TableProfile) -> tuple[str, ...]:
    """Return the words of a table's name without what says which layer it is of."""
    words = _words(table.name.partition(".")[2])
    return words[1:] if len(words) > 1 and words[0] in _LAYERS else words


def _ends_with(words: tuple[str, ...], end: tuple[str, ...]) -> bool:
    return bool(end) and words[-len(end) :] == end


@cache
def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name as of one thing: `categories` is `category`."""
    return tuple(_one(word) for word in split_name(name))


def _one(word: str) -> str:
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _is_no_chance(column: ColumnProfile, to: ColumnProfile) -> bool:
    """Return whether chance is an unlikely reason for all values of one to be in the other."""
    different = column.distinct or 0
    if column.low is None or to.low is None or column.low < to.low or column.high > to.high:
        return False
    if family(column.type) is Family.TEXT:
        return different >= _LEAST_DIFFERENT and (column.shortest or 0) >= _LONG_TEXT
    if family(column.type) is not Family.WHOLE:
        return False
    share = to.filled / (to.high - to.low + 1)
    return different * log10(min(share, 1.0)) < _UNLIKELY
