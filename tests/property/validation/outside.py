"""SQL as an outsider reads it: conditions in two spellings, ours and DuckDB's, over one table.

DuckDB is given whole numbers as 128 bits, so that it calculates exactly where 64 bits would not do.
Where the two engines mean different things by one spelling (docs/reference/sql.md), each is given
its own for the same meaning: `/` of whole numbers, casts of fractions to whole numbers.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

ROWS = 18
"""Fewer than are sampled, so that a result names every row it found."""

COLUMNS = {
    "id": "long",
    "b": "byte",
    "s": "short",
    "i": "integer",
    "i2": "integer",
    "l": "long",
    "l2": "long",
    "f": "float",
    "f2": "float",
    "x": "double",
    "x2": "double",
    "m": "decimal(10,2)",
    "m2": "decimal(10,2)",
    "w": "decimal(38,6)",
    "d": "date",
    "d2": "date",
    "ts": "timestamp",
    "ts2": "timestamp",
    "n": "timestamp_ntz",
    "n2": "timestamp_ntz",
    "t": "string",
    "t2": "string",
    "bo": "boolean",
    "bo2": "boolean",
    "bi": "binary",
    "bi2": "binary",
    "nothing": "string",
}

_TIMES = [
    datetime(1, 1, 1),
    datetime(1969, 12, 31, 23, 59, 59, 999999),
    datetime(1970, 1, 1),
    datetime(2024, 2, 29, 12, 30),
    datetime(2024, 1, 5),
    datetime(9999, 12, 31, 23, 59, 59, 999999),
]
_FLOATS = [0.0, -0.0, 0.5, -1.5, 1.0, 3.0, math.inf, -math.inf, math.nan, -math.nan, 16777216.0]
_EDGES: dict[str, list[Any]] = {
    **{
        type_: [0, 1, -1, 7, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), 2 ** (bits // 2)]
        for type_, bits in (("byte", 8), ("short", 16), ("integer", 32), ("long", 64))
    },
    "float": _FLOATS,
    "double": [*_FLOATS, 0.1, 0.30000000000000004, 1e-20, 1e20, 1.7976931348623157e308],
    "decimal(10,2)": [
        Decimal(text) for text in ("0.00", "-0.01", "1.50", "1.00", "99999999.99", "-99999999.99")
    ],
    "decimal(38,6)": [
        Decimal(text) for text in ("0.000000", "1.500000", f"{'9' * 32}.999999", "-0.000001")
    ],
    "date": [day.date() for day in _TIMES],
    "timestamp": [day.replace(tzinfo=UTC) for day in _TIMES],
    "timestamp_ntz": _TIMES,
    "string": ["", "a", "A", "abc", "ä", "5", "2024-01-05", "it's", " a ", "a%_", "\U0001f600"],
    "boolean": [True, False],
    "binary": [b"", b"a", b"\xff"],
}


def rows_of(seed: int) -> list[list[Any]]:
    """Return rows of edge values, one in six of them null."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    return [
        [
            row + 1
            if name == "id"
            else None
            if name == "nothing" or drawn.random() < 1 / 6
            else drawn.choice(_EDGES[type_])
            for name, type_ in COLUMNS.items()
        ]
        for row in range(ROWS)
    ]


@dataclass(frozen=True)
class Said:
    """An expression in two spellings."""

    ours: str
    duck: str

    def __str__(self) -> str:
        return self.ours


def both(text: str) -> Said:
    """Return an expression that is spelled alike."""
    return Said(text, text)


def said(pattern: str, *parts: Said, duck: str | None = None) -> Said:
    """Fill a pattern with parts, and its other spelling likewise."""
    return Said(
        pattern.format(*(part.ours for part in parts)),
        (duck or pattern).format(*(part.duck for part in parts)),
    )


class _Chooser:
    """Chooses one of several; hypothesis alone would draw the same few again and again."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret

    def __call__(self, *choices: Any) -> Any:
        return self._random.choice(choices)


class Expressions:
    """Draws expressions of each kind, down to some depth."""

    def __init__(self, seed: int, *, subqueries: bool) -> None:
        self._one = _Chooser(seed)
        self._subqueries = subqueries

    def condition(self, depth: int) -> Said:
        """Draw what is true, false or null of a row."""
        if depth <= 0:
            return self._comparison(0)
        made = self._one(
            *(["compare"] * 8), "and", "or", "not", "null", "case", "call", "distinct", "column"
        )
        inner = depth - 1
        if made in ("and", "or"):
            return said(f"({{}} {made} {{}})", self.condition(inner), self.condition(inner))
        if made == "not":
            return said("(not {})", self.condition(inner))
        if made == "null":
            kind = self._one(*_KINDS)
            return said(f"({{}} is {self._one('null', 'not null')})", self.of(kind, inner))
        if made == "case":
            parts = [self.condition(inner), self.condition(0), self.condition(0)]
            return said("(case when {} then {} else {} end)", *parts)
        if made == "call":
            return self._call(inner)
        if made == "distinct":
            kind = self._one(*_KINDS)
            words = self._one("is distinct from", "is not distinct from")
            return said(f"({{}} {words} {{}})", self.of(kind, inner), self.of(kind, inner))
        if made == "column":
            return both(self._one("bo", "bo2"))
        return self._comparison(inner)

    def _call(self, depth: int) -> Said:
        made = self._one("starts_with", "contains", "like", "ilike", "isnan", "true")
        if made in ("like", "ilike"):
            pattern = self._one("'a%'", "'%'", "'_'", "''", "'A%'", "'%a'", "'it''s'")
            return said(f"({{}} {made} {pattern})", self.text(depth))
        if made == "isnan":
            return said("isnan({})", self.double(depth))
        if made == "true":
            return said(f"({{}} is {self._one('true', 'not true', 'false')})", self.condition(0))
        return said(f"{made}({{}}, {{}})", self.text(depth), self.text(0))

    def _comparison(self, depth: int) -> Said:
        kind = self._one(*_KINDS, *_KINDS, *_KINDS, "number", "mixed")
        if kind == "mixed":
            return self._mixed(depth)
        one, other = (kind, kind)
        if kind == "number":
            one, other = self._one(
                *(("whole", "decimal"), ("whole", "double"), ("single_column", "double")),
                *(("double", "plain"), ("single_column", "whole")),
            )
        made = self._one(*(["operator"] * 4), "in", "between")
        if made == "in":
            members = [self.of(other, 0) for _ in range(self._one(1, 2, 5))]
            listed = ", ".join(["{}"] * len(members))
            word = self._one("in", "not in")
            return said(f"({{}} {word} ({listed}))", self.of(one, depth), *members)
        if made == "between":
            return said(
                "({} between {} and {})", self.of(one, depth), self.of(other, 0), self.of(other, 0)
            )
        operator = self._one("=", "<>", "<", "<=", ">", ">=")
        return said(f"({{}} {operator} {{}})", self.of(one, depth), self.of(other, depth))

    def _mixed(self, depth: int) -> Said:
        """Compare what is of two kinds, and must not be made alike."""
        # A number that is written down takes the bits of what it stands beside.
        kinds = [kind.replace("single", "single_column") for kind in _KINDS]
        one = self._one(*kinds)
        other = self._one(*(kind for kind in kinds if kind != one))
        operator = self._one("=", "<", ">")
        return said(f"({{}} {operator} {{}})", self.of(one, depth), self.of(other, 0))

    def of(self, kind: str, depth: int) -> Said:
        """Draw an expression of a kind."""
        drawn: Said = getattr(self, kind)(depth)
        return drawn

    def whole(self, depth: int) -> Said:
        """Draw a whole number."""
        if depth <= 0:
            return self._whole_leaf()
        made = self._one("+", "-", "*", "/", "%", "-x", "abs", "call", "sub", "choice", "leaf")
        inner = depth - 1
        if made in "+-*%":
            return said(f"({{}} {made} {{}})", self.whole(inner), self.whole(inner))
        if made == "/":
            return said("({} / {})", self.whole(inner), self.whole(0), duck="({} // {})")
        if made == "-x":
            return said("(- {})", self.whole(inner))
        if made == "abs":
            return said("abs({})", self.whole(inner))
        if made == "sub" and self._subqueries:
            return self._whole_subquery()
        if made == "choice":
            return self._choice("whole", inner)
        return self._whole_call(inner) if made == "call" else self._whole_leaf()

    def _whole_leaf(self) -> Said:
        if self._one(*(["column"] * 3), "literal") == "column":
            name = self._one("b", "s", "i", "i2", "l", "l2")
            return Said(name, f"cast({name} as hugeint)")
        number = self._one(
            *(0, 1, 2, -1, 7, 127, 128, -128, 32768, 2**31 - 1, 2**31, -(2**31), 20240105),
            *(2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 3_000_000_000),
        )
        spelled = f"({number})" if number < 0 else str(number)
        return Said(spelled, f"cast('{number}' as hugeint)")

    def _whole_subquery(self) -> Said:
        made = self._one("sum", "min", "max", "count")
        name = self._one("b", "s", "i", "l")
        return Said(
            f"(select {made}(q.{name}) from {{table}} as q)",
            f"(select cast({made}(cast(q.{name} as hugeint)) as hugeint) from t as q)",
        )

    def _whole_call(self, depth: int) -> Said:
        made = self._one("length", "year", "day", "days", "bool", "fraction", "strpos")
        if made == "length":
            return said("length({})", self.text(depth), duck="cast(length({}) as hugeint)")
        if made == "strpos":
            parts = [self.text(0), self.text(0)]
            return said("strpos({}, {})", *parts, duck="cast(strpos({}, {}) as hugeint)")
        if made in ("year", "day"):
            time = self.of(self._one("day", "instant", "clock"), 0)
            part = f"extract({made} from {{}})"
            return said(part, time, duck=f"cast({part} as hugeint)")
        if made == "days":
            parts = [both(self._one("d", "d2")), both(self._one("d", "d2"))]
            return said("({} - {})", *parts, duck="cast({} - {} as hugeint)")
        if made == "bool":
            return said("cast({} as int)", self.condition(0), duck="cast({} as hugeint)")
        part = self.of(self._one("decimal", "double"), 0)
        return said("cast({} as bigint)", part, duck="cast(cast(trunc({}) as bigint) as hugeint)")

    def decimal(self, depth: int) -> Said:
        """Draw an exact number with digits after the point."""
        if depth <= 0:
            literal = self._one("0.0", "0.01", "1.5", "1.50", "99999999.99", "0.000001")
            return both(self._one("m", "m", "m2", "w", literal))
        made = self._one("+", "-", "*", "whole", "-x", "abs", "round", "choice", "sum")
        inner = depth - 1
        if made in "+-*":
            return said(f"({{}} {made} {{}})", self.decimal(inner), self.decimal(0))
        if made == "whole":
            pattern = f"({{}} {self._one('+', '-', '*')} {{}})"
            return said(pattern, self.decimal(inner), self._whole_leaf())
        if made == "-x":
            return said("(- {})", self.decimal(inner))
        if made == "abs":
            return said("abs({})", self.decimal(inner))
        if made == "round":
            return said("round({}, 1)", self.decimal(0))
        if made == "sum" and self._subqueries:
            name = self._one("m", "m2", "w")
            pattern = f"(select sum(q.{name}) from {{}} as q)"
            return said(pattern, Said("{table}", "t"))
        return self._choice("decimal", 0)

    def double(self, depth: int) -> Said:
        """Draw a floating-point number of 64 bits."""
        if depth <= 0:
            literal = self._one("0.0", "0.5", "0.1", "0.3", "1e300", "1e-20", "3.0")
            leaf = self._one("x", "x", "x2", literal)
            return both(leaf if leaf[0] == "x" else f"cast('{leaf}' as double)")
        made = self._one(*"+-*/", "-x", "abs", "whole", "cast", "floor", "choice", "plain")
        inner = depth - 1
        if made in "+-*/":
            return said(f"({{}} {made} {{}})", self.double(inner), self.double(0))
        if made == "-x":
            return said("(- {})", self.double(inner))
        if made == "whole":
            return said("({} * {})", self.double(inner), self._small())
        if made == "cast":
            part = self.of(self._one("whole", "decimal"), 0)
            return said("cast({} as double)", part)
        if made == "plain":
            number = self._one("0.5", "0.1", "1.5")
            part = Said(number, f"cast('{number}' as double)")
            return said("({} * {})", self.double(inner), part)
        if made in ("abs", "floor"):
            return said(f"{self._one('abs', 'floor', 'ceil')}({{}})", self.double(inner))
        return self._choice("double", inner)

    def _small(self) -> Said:
        name = self._one("b", "s", "i", "2", "3")
        return both(name)

    def single(self, depth: int) -> Said:
        """Draw a floating-point number of 32 bits."""
        del depth
        leaf = self._one("f", "f", "f2", "0.5", "0.1", "3.0")
        return both(leaf) if leaf[0] == "f" else Said(leaf, f"cast('{leaf}' as float)")

    def single_column(self, depth: int) -> Said:
        """Draw a column of floating-point numbers of 32 bits."""
        del depth
        leaf = self._one("f", "f2")
        return Said(leaf, f"cast({leaf} as double)")

    def plain(self, depth: int) -> Said:
        """Draw a number as contracts spell it."""
        del depth
        leaf = self._one("0.5", "0.1", "0.0", "-0.0", "1.5", "1e20", "1e300", "3")
        return Said(leaf, f"cast('{leaf}' as double)")

    def day(self, depth: int) -> Said:
        """Draw a day."""
        if depth <= 0:
            return both(
                self._one("d", "d", "d2", "date '2024-01-05'", "cast('9999-12-31' as date)")
            )
        made = self._one("+", "span", "cast", "choice", "leaf")
        if made == "+":
            number = self._one("1", "30", "365")
            return said(f"({{}} {self._one('+', '-')} {number})", both(self._one("d", "d2")))
        if made == "span":
            span = self._one("'1 day'", "'1 month'")
            pattern = f"{{}} {self._one('+', '-')} interval {span}"
            part = both(self._one("d", "d2"))
            return said(f"({pattern})", part, duck=f"cast({pattern} as date)")
        if made == "cast":
            return said("cast({} as date)", both(self._one("n", "n2")))
        return self._choice("day", 0) if made == "choice" else self.day(0)

    def instant(self, depth: int) -> Said:
        """Draw an instant."""
        return self._moment(self._one("ts", "ts2"), "instant", "timestamptz", depth)

    def clock(self, depth: int) -> Said:
        """Draw what a clock shows."""
        return self._moment(self._one("n", "n2"), "clock", "timestamp", depth)

    def _moment(self, name: str, kind: str, type_: str, depth: int) -> Said:
        made = self._one("column", "column", "column", "literal", "trunc", "span", "choice")
        if made == "literal":
            text = self._one(
                *("'2024-01-05'", "'2024-02-29 12:30:00'", "'9999-12-31 23:59:59.999999'"),
                *("'1969-12-31 23:59:59.999999'", "'0001-01-01 00:00:00'"),
            )
            return Said(text, f"cast({text} as {type_})")
        if depth > 0 and made == "trunc":
            return said(f"date_trunc('{self._one('month', 'day', 'hour')}', {{}})", both(name))
        if depth > 0 and made == "span":
            return said(f"({{}} {self._one('+', '-')} interval '1 hour')", both(name))
        return self._choice(kind, 0) if depth > 0 and made == "choice" else both(name)

    def text(self, depth: int) -> Said:
        """Draw a text."""
        if depth <= 0:
            literal = self._one("''", "'a'", "'A'", "'5'", "'2024-01-05'", "'it''s'", "'ä'")
            return both(self._one("t", "t", "t2", literal))
        made = self._one(
            *("upper", "lower", "trim", "reverse", "substr", "left", "right", "concat"),
            *("||", "replace", "cast", "choice", "aggregate"),
        )
        inner = depth - 1
        if made == "substr":
            return said(f"substr({{}}, {self._one(1, 2)}, {self._one(0, 1, 3)})", self.text(inner))
        if made in ("left", "right"):
            return said(f"{made}({{}}, {self._one(0, 1, 2)})", self.text(inner))
        if made in ("concat", "||"):
            pattern = "concat({}, {})" if made == "concat" else "({} || {})"
            return said(pattern, self.text(inner), self.text(0))
        if made == "replace":
            return said("replace({}, 'a', 'bc')", self.text(inner))
        if made == "cast":
            name = self._one("b", "i", "l", "d", "bo", "m")
            return both(f"cast({name} as varchar)")
        if made == "aggregate" and self._subqueries:
            return said("(select max(q.t) from {} as q)", Said("{table}", "t"))
        if made in ("choice", "aggregate"):
            return self._choice("text", inner)
        return said(f"{made}({{}})", self.text(inner))

    def truth(self, depth: int) -> Said:
        """Draw a boolean value."""
        del depth
        return both(self._one("bo", "bo2", "true", "false"))

    def bytes_(self, depth: int) -> Said:
        """Draw binary values."""
        del depth
        return both(self._one("bi", "bi2"))

    def _choice(self, kind: str, depth: int) -> Said:
        made = self._one("coalesce", "nullif", "greatest", "least", "case")
        one, other = self.of(kind, depth), self.of(kind, 0)
        if made == "case":
            return said("(case when {} then {} else {} end)", self.condition(0), one, other)
        return said(f"{made}({{}}, {{}})", one, other)


_KINDS = (
    *("whole", "decimal", "double", "single", "day", "instant", "clock", "text", "truth", "bytes_"),
)


def condition(seed: int, *, subqueries: bool) -> Said:
    """Return a condition over the table's columns, one for each seed."""
    return Expressions(seed, subqueries=subqueries).condition(seed % 4)
