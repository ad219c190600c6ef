"""Whether contract SQL is sure to be cheap: in memory by its rows, in time by its text.

What is cheap runs beside everything else. All other SQL is no less allowed, but runs where it can
be ended: in a process of its own, with a limit of memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from spectra_gx.contract import patterns
from spectra_gx.contract.sql import functions
from spectra_gx.contract.sql.datafusion_dialect import is_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_MOST_COPIES = 64
_MOST_ADDED = 50_000
_MOST_TABLES = 200
_DIGITS = 40
"""Characters of a number, a day or an instant, at most."""

_WEIGHED = frozenset(
    ("concat", "concat_ws", "make_array", "named_struct", "regexp_like", "regexp_replace")
) | {"replace", "row", "struct", "to_char", "unnest"}
"""Functions that make much of little only with some arguments."""


@dataclass(frozen=True)
class _Size:
    """Of a value: so many times as large as a stored one, and so many characters more."""

    copies: int
    added: int

    def times(self, factor: int, more: int = 0) -> _Size:
        return _Size(self.copies * factor, self.added * factor + more)


_STORED = _Size(1, 0)


def is_costly(tree: exp.Expr, called: Collection[str]) -> bool:
    """Return whether a query could need much of little data.

    `called` are the functions that it calls, in lower case.
    """
    growing = functions.GROWING.intersection(called)
    if growing - _WEIGHED or any(map(_takes_long, tree.walk())):
        return True
    if _tables_read(tree) > _MOST_TABLES:
        return True
    selects = list(tree.find_all(exp.Select))
    if len(list(tree.find_all(exp.Explode))) > 1 or any(map(_is_crossed, selects)):
        return True
    try:
        sizes = [_largest(map(_size, _own_parts(select))) for select in selects]
    except RecursionError:
        return True  # the engine will not find it easy, either
    copies = math.prod(max(size.copies, 1) for size in sizes)
    # In whatever order they follow one another: what one adds is copied by all the others.
    return copies > _MOST_COPIES or copies * sum(size.added for size in sizes) > _MOST_ADDED


def _tables_read(tree: exp.Expr) -> int:
    """Return how many tables the engine plans for, where it puts each CTE in every place."""
    read: dict[str, int] = {}
    total = 0
    for cte in tree.find_all(exp.CTE, bfs=False):
        inside = (read.get(table.name, 1) for table in cte.this.find_all(exp.Table))
        read[cte.alias] = min(sum(inside), _MOST_TABLES + 1)
    for table in tree.find_all(exp.Table):
        total += read.get(table.name, 1)
    return total


def _own_parts(select: exp.Select) -> list[exp.Expr]:
    return [node for node in select.iter_expressions() if not isinstance(node, exp.With)]


def _size(node: exp.Expr) -> _Size:
    """Return how large a value can become; what a subquery hands out is measured there."""
    if isinstance(node, (exp.Query, exp.Column)):
        return _STORED
    if isinstance(node, exp.Literal):
        return _Size(0, len(node.name) if node.is_string else _DIGITS)
    parts = [_size(part) for part in node.iter_expressions()]
    if _joins_its_parts(node):
        return _Size(sum(part.copies for part in parts), sum(part.added for part in parts))
    largest = _largest([*parts, _Size(0, _DIGITS)])
    if isinstance(node, (exp.Replace, exp.RegexpReplace)):
        return largest.times(2 + 2 * len(node.text("replacement")), 2)
    if isinstance(node, exp.TimeToStr):
        return _Size(0, _DIGITS * len(node.text("format")))
    return largest


def _largest(sizes: Iterable[_Size]) -> _Size:
    listed = [_Size(0, 0), *sizes]
    return _Size(max(size.copies for size in listed), max(size.added for size in listed))


def _joins_its_parts(node: exp.Expr) -> bool:
    return isinstance(node, (exp.Concat, exp.ConcatWs, exp.DPipe, exp.Array, exp.Struct)) or (
        isinstance(node, exp.Anonymous) and node.name.lower() in _WEIGHED
    )


def _takes_long(node: exp.Expr) -> bool:
    """Return whether the time for a node does not follow from the length of its text."""
    if isinstance(node, (exp.RegexpLike, exp.RegexpILike, exp.RegexpReplace)):
        pattern = node.expression
        return not is_text(pattern) or patterns.is_costly(pattern.name)
    if isinstance(node, (exp.Like, exp.ILike)):
        return not is_text(node.expression)
    if isinstance(node, (exp.Replace, exp.TimeToStr)):
        return not all(
            is_text(node.args[name]) for name in ("replacement", "format") if name in node.args
        )
    return isinstance(node, exp.Explode) and not isinstance(node.this, exp.Column)


def _is_crossed(select: exp.Select) -> bool:
    """Return whether every row of one table meets every row of another, as far as can be seen."""
    joins = select.args.get("joins") or []
    held_together = sum(
        isinstance(equal.left, exp.Column)
        and isinstance(equal.right, exp.Column)
        and equal.left.table != equal.right.table
        for equal in select.find_all(exp.EQ)
    )
    met = [join for join in joins if not _is_one_row(join.this)]
    named = sum(bool(join.args.get("using") or join.args.get("method")) for join in met)
    return bool(len(met) > held_together + named)


def _is_one_row(source: exp.Expr) -> bool:
    """Return whether a derived table has one row at most: aggregates of all rows."""
    query = source.this if isinstance(source, exp.Subquery) else None
    return (
        isinstance(query, exp.Select)
        and query.args.get("group") is None
        and all(part.find(exp.AggFunc) and not part.find(exp.Window) for part in query.expressions)
    )
