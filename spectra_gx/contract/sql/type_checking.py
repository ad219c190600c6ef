"""Find the types of contract SQL once those of its columns are known.

The engine makes a date of a number and a number of a text, rounds numbers that are compared with
others, and goes on from the other end where a whole number outgrows its bits. Here every part of a
query gets its type; values of two types are refused, and whole numbers are written so that none
wraps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlglot import exp

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.sql.calculations import Frame, Outputs, Tables
from spectra_gx.contract.sql.comparability import require_comparable
from spectra_gx.contract.sql.expressions import Expressions
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.contract.sql.types import SqlType, common_type, sql_type

Types: TypeAlias = Mapping[str, Mapping[str, str | None]]
"""Placeholder, braces included → column → canonical type; None where nobody declares it."""


class TypeChecker(Expressions):
    """Find the type of each part of a tree, and rewrite in place what would wrap or round."""

    def __init__(self, types: Types) -> None:
        super().__init__()
        self._types = types

    def query(self, node: Any, outer: Frame | None, ctes: Tables) -> Outputs:
        """Return what a query returns, each column with its type.

        Raises:
            SqlRefused: Something in it means another thing than it seems to.
        """
        ctes = {**ctes}
        for cte in node.args["with_"].expressions if node.args.get("with_") else ():
            ctes[cte.alias] = dict(_renamed(self.query(cte.this, outer, ctes), cte))
        if isinstance(node, exp.Select):
            return self._select(node, outer, ctes)
        if isinstance(node, exp.SetOperation):
            outputs = self._both(node, outer, ctes)
        else:
            outputs = self.query(node.this, outer, ctes)
        self._ordered(node, Frame({}, ctes, outer, dict(outputs)))
        return outputs

    def _both(self, node: Any, outer: Frame | None, ctes: Tables) -> Outputs:
        one, other = self.query(node.this, outer, ctes), self.query(node.expression, outer, ctes)
        if len(one) != len(other):
            raise SqlRefused("both sides of a UNION, INTERSECT or EXCEPT need as many columns")
        for (name, left), (_, right) in zip(one, other, strict=True):
            require_comparable(
                [left, right], f"column {quote(name)} of {node.key.upper()}", "mixes"
            )
        return [
            (name, common_type([left, right]))
            for (name, left), (_, right) in zip(one, other, strict=True)
        ]

    def _select(self, node: Any, outer: Frame | None, ctes: Tables) -> Outputs:
        frame = Frame({}, ctes, outer)
        from_ = node.args.get("from_")
        if from_ is not None:
            self._source(from_.this, frame)
        for join in node.args.get("joins") or ():
            self._join(join, frame)
        for name in ("where", "group"):
            self._visit(node.args.get(name), frame)
        outputs = [output for item in node.expressions for output in self._output(item, frame)]
        frame.aliases.update(outputs)
        for name in ("having", "qualify", "distinct"):
            self._visit(node.args.get(name), frame)
        for window in node.args.get("windows") or ():
            self._visit(window, frame)
        self._ordered(node, frame)
        return outputs

    def _ordered(self, node: Any, frame: Frame) -> None:
        self._visit(node.args.get("order"), frame)

    def _source(self, node: Any, frame: Frame) -> None:
        if isinstance(node, exp.Table):
            held: Mapping[str, SqlType]
            if node.name in frame.ctes:
                held = frame.ctes[node.name]
            else:
                held = {c: sql_type(type_) for c, type_ in self._types[node.name].items()}
            frame.sources[node.alias_or_name] = dict(held)
        elif isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)):
            self._source(node.this, frame)
        else:
            outputs = _renamed(self.query(node.this, frame.outer, frame.ctes), node)
            frame.sources[node.alias_or_name] = dict(outputs)
        for join in node.args.get("joins") or ():
            self._join(join, frame)

    def _join(self, join: Any, frame: Frame) -> None:
        before = {name: kind for source in frame.sources.values() for name, kind in source.items()}
        known = set(frame.sources)
        self._source(join.this, frame)
        added = [frame.sources[alias] for alias in frame.sources if alias not in known]
        natural = str(join.args.get("method") or "").upper() == "NATURAL"
        names = before if natural else [one.name for one in join.args.get("using") or ()]
        for name in names:
            for source in added:
                if name in source and name in before:
                    shown = f"JOIN over {quote(name)}"
                    require_comparable([before[name], source[name]], shown, "compares")
        self._visit(join.args.get("on"), frame)

    def _output(self, item: Any, frame: Frame) -> Iterator[tuple[str, SqlType]]:
        column = item.unalias()
        if item.is_star and not isinstance(column, exp.Anonymous):
            named = column.table if isinstance(column, exp.Column) else ""
            for alias, held in frame.sources.items():
                if named in ("", alias):
                    yield from held.items()
        else:
            yield item.output_name, self.kind(column, frame)


def _renamed(outputs: Outputs, node: Any) -> Outputs:
    """Return outputs under the names that a WITH or an alias gives to its columns."""
    alias = node.args.get("alias")
    names = [one.name for one in alias.columns] if alias is not None else []
    return [
        (names[index] if index < len(names) else name, kind)
        for index, (name, kind) in enumerate(outputs)
    ]
