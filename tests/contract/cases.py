"""A passing and a failing table for every rule kind, and exactly what is to be found in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import canonical_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Case:
    """One rule about column `x` (and `y`) of a table `shop.<name>` with key `id`."""

    name: str
    kind: str
    type: str
    good: Sequence[Any]
    """Values of `x` by id from 1 on; tuples where there is a `y`."""

    bad: Sequence[Any]
    unexpected: int
    ids: Sequence[int]
    """Keys of the sample, in its order."""

    message: str
    key: str = ""
    """The rule as keys of column `x`."""

    rule: str = ""
    """The rule as an entry of `rules:`, without its id."""

    y: str = ""
    """Type of `y`; none without it."""

    evaluated: int | None = None
    """Rows evaluated in the failing table; all that are not null in `x` without it."""

    shown: Sequence[Any] | None = None
    """The sample; the values under `ids` without it."""

    @property
    def table(self) -> str:
        return f"shop.{self.name}"

    @property
    def id(self) -> str:
        return f"{self.table}.its" if self.rule else f"{self.table}.x.{self.kind}"

    @property
    def columns(self) -> dict[str, str]:
        types = {"id": "long", "x": self.type, "y": self.y}
        return {name: canonical_type(type_) for name, type_ in types.items() if type_}

    @property
    def yaml(self) -> str:
        keys = f", {self.key}" if self.key else ""
        lines = [
            f"{self.table}:",
            "  primary_key: [id]",
            "  columns:",
            "    id: {type: long, required: true}",
            f'    x: {{type: "{self.type}"{keys}}}',
        ]
        if self.y:
            lines.append(f'    y: {{type: "{self.y}"}}')
        if self.rule:
            lines += ["  rules:", f"    - {{id: its, {self.rule}}}"]
        return "\n".join(lines)

    def rows(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return [
            (index, *(value if self.y else (value,))) for index, value in enumerate(values, start=1)
        ]

    @property
    def sample(self) -> tuple[Any, ...]:
        if self.shown is not None:
            return tuple(self.shown)
        if self.y:
            rows = [self.bad[index - 1] for index in self.ids]
            # Ours show whole keys; GX's own keep them apart.
            keyed = self.kind == "references" or "<>" in self.rule
            return tuple(
                {**({"id": index} if keyed else {}), "x": plain(row[0]), "y": plain(row[1])}
                for index, row in zip(self.ids, rows, strict=True)
            )
        return tuple(plain(self.bad[index - 1]) for index in self.ids)

    def evaluated_of(self, values: Sequence[Any]) -> int:
        if values is self.bad and self.evaluated is not None:
            return self.evaluated
        return sum(value is not None and value not in _NULL_PAIRS for value in values)


_NULL_PAIRS = ((None, None),)


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


D = Decimal
NAN, INF = math.nan, math.inf
CASES: list[Case] = []


def case(name: str, kind: str, type_: str, **said: Any) -> None:
    CASES.append(Case(name=name, kind=kind, type=type_, **said))


# -- required, unique ------------------------------------------------------------------------------

case(
    "required",
    "required",
    "string",
    key="required: true",
    good=["a", ""],
    bad=[None, "a", None],
    evaluated=3,
    unexpected=2,
    ids=[1, 3],
    message="2 of 3 rows: `x` is null",
)
case(
    "required_list",
    "required",
    "array<map<string,long>>",
    key="required: true",
    good=[[], [{"a": 1}]],
    bad=[None, []],
    evaluated=2,
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is null",
)
case(
    "required_nan",
    "required",
    "double",
    key="required: true",
    good=[NAN, 0.0],
    bad=[NAN, None],
    evaluated=2,
    unexpected=1,
    ids=[2],
    message="1 of 2 rows: `x` is null",
)
case(
    "required_if",
    "required_if",
    "string",
    key="required_if: id > 1",
    good=[None, "a", ""],
    bad=[None, None, "a", None],
    evaluated=3,
    unexpected=2,
    ids=[2, 4],
    message="2 of 3 rows: `x` is null where id > 1",
)
case(
    "required_if_lax",
    "required_if",
    "timestamp",
    rule="required_if: 'y < {today}', column: x, mostly: 0.5",
    y="date",
    good=[(None, date(2026, 11, 21)), (None, None)],
    bad=[(None, date(2026, 11, 20)), (None, date(2026, 11, 21)), (None, date(2026, 1, 1))],
    evaluated=2,
    unexpected=2,
    ids=[1, 3],
    shown=[None, None],
    message="2 of 2 rows: `x` is null where y < {today} (at least 0.5 of the rows must satisfy it)",
)
case(
    "unique_where",
    "unique",
    "string",
    rule="unique: true, column: x, where: y is null",
    y="date",
    good=[("a", None), ("a", date(2026, 1, 1)), ("a", date(2026, 1, 2)), (None, None)],
    bad=[("a", None), ("a", date(2026, 1, 1)), ("a", None), ("b", None)],
    evaluated=3,
    unexpected=2,
    ids=[1, 3],
    shown=["a", "a"],
    message="2 of 3 rows where y is null: `x` is not unique",
)
case(
    "unique",
    "unique",
    "string",
    key="unique: true",
    good=["a", "A", "a ", None, None],
    bad=["a", "b", "a", None, None, "a"],
    unexpected=3,
    ids=[1, 3, 6],
    message="3 of 4 rows: `x` is not unique",
)
case(
    "unique_double",
    "unique",
    "double",
    key="unique: true",
    good=[NAN, 0.0, 1.0, None],
    bad=[NAN, -0.0, NAN, 0.0, 1.0],
    unexpected=4,
    ids=[2, 4, 1, 3],
    message="4 of 5 rows: `x` is not unique",
)
case(
    "unique_pair",
    "unique",
    "string",
    y="long",
    rule="unique: [x, y]",
    good=[("a", 1), ("a", 2), (None, 1), (None, 1)],
    bad=[("a", 1), ("a", 1), ("a", 2), (None, 1), (None, 1), ("b", None), ("b", None)],
    evaluated=3,
    unexpected=2,
    ids=[1, 2],
    message="2 of 3 rows: `x`, `y` are not unique",
)

# -- values ----------------------------------------------------------------------------------------

case(
    "enum_text",
    "enum",
    "string",
    key=r"""enum: ["it's", 'back\slash', "{x}", "a\nb", "NO", ""]""",
    good=["it's", "back\\slash", "{x}", "a\nb", "NO", "", None],
    bad=["its", "back\\\\slash", "{table}", "a\n", "no", " ", None, "NO"],
    unexpected=6,
    ids=[1, 2, 3, 4, 5, 6],
    message="6 of 7 rows: `x` is not one of it's, back\\slash, {x}, a\nb, NO, ",
)
case(
    "enum_long",
    "enum",
    "long",
    key="enum: [9223372036854775807, -9223372036854775808, 0]",
    good=[2**63 - 1, -(2**63), 0],
    bad=[2**63 - 2, -(2**63) + 1, None],
    unexpected=2,
    ids=[1, 2],
    message="2 of 2 rows: `x` is not one of 9223372036854775807, -9223372036854775808, 0",
)
case(
    "enum_double",
    "enum",
    "double",
    key="enum: [0, 0.1, 1.0e+300]",
    good=[0.0, -0.0, 0.1, 1e300, None],
    bad=[NAN, INF, 0.1 + 1e-16, 0.1],
    unexpected=3,
    ids=[1, 2, 3],
    message="3 of 4 rows: `x` is not one of 0, 0.1, 1e+300",
)
case(
    "enum_many_doubles",
    "enum",
    "double",
    key="enum: [0, 1, 2, 3, 4, -0.0]",
    good=[0.0, -0.0, 4.0, None],
    bad=[-0.0, NAN, 5.0],
    unexpected=2,
    ids=[2, 3],
    message="2 of 3 rows: `x` is not one of 0, 1, 2, 3, 4, -0.0",
)
case(
    "not_in_many_floats",
    "not_in",
    "float",
    key="not_in: [0, 1, 2, 3, 4, 5]",
    good=[6.0, NAN],
    bad=[-0.0, 6.0],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is one of 0, 1, 2, 3, 4, 5",
)
case(
    "enum_float",
    "enum",
    "float",
    key="enum: [0.1, 1.0e+39]",
    good=[0.1],
    bad=[0.2, INF],
    unexpected=2,
    ids=[1, 2],
    shown=[0.20000000298023224, "inf"],
    message="2 of 2 rows: `x` is not one of 0.1, 1e+39",
)
case(
    "enum_decimal",
    "enum",
    "decimal(38,10)",
    key="enum: [1.5, 2]",
    good=[D("1.5"), D(2)],
    bad=[D("1.5000000001"), D(2) * 10**27, D("1.5")],
    unexpected=2,
    ids=[1, 2],
    shown=["1.5000000001", "2000000000000000000000000000.0000000000"],
    message="2 of 3 rows: `x` is not one of 1.5, 2",
)
case(
    "enum_boolean",
    "enum",
    "boolean",
    key="enum: [true]",
    good=[True, None],
    bad=[False, True],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is not one of true",
)
case(
    "enum_date",
    "enum",
    "date",
    key='enum: ["2026-02-28"]',
    good=[date(2026, 2, 28)],
    bad=[date(2026, 3, 1), None],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is not one of 2026-02-28",
)
case(
    "enum_instant",
    "enum",
    "timestamp",
    key='enum: ["2026-01-01T01:00:00+01:00"]',
    good=[at("2026-01-01")],
    bad=[at("2026-01-01T01:00")],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is not one of 2026-01-01T01:00:00+01:00",
)
case(
    "not_in",
    "not_in",
    "string",
    key="not_in: [unknown]",
    good=["Unknown", "", None],
    bad=["unknown", "a", None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is one of unknown",
)
case(
    "not_in_float",
    "not_in",
    "float",
    key="not_in: [0.1]",
    good=[0.2, NAN],
    bad=[0.1, NAN],
    unexpected=1,
    ids=[1],
    shown=[0.10000000149011612],
    message="1 of 2 rows: `x` is one of 0.1",
)
case(
    "const",
    "const",
    "boolean",
    key="const: true",
    good=[True, None],
    bad=[False, True, None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is not true",
)

# -- texts -----------------------------------------------------------------------------------------

case(
    "pattern",
    "pattern",
    "string",
    key="pattern: '^/[a-z]+$'",
    good=["/a", "/abc", None],
    bad=["/a\n", "a", "/A", "/a", ""],
    unexpected=4,
    ids=[1, 2, 3, 5],
    message="4 of 5 rows: `x` does not match `^/[a-z]+$`",
)
case(
    "pattern_quote",
    "pattern",
    "string",
    key=r'''pattern: "^'\\d{2}\\\\$"''',
    good=["'12\\"],
    bad=["'12", "12\\", "'٣٣\\"],
    unexpected=2,
    ids=[1, 2],
    message=r"2 of 3 rows: `x` does not match `^'\d{2}\\$`",
)
case(
    "pattern_python",
    "pattern",
    "string",
    key=r"pattern: '^(?!x)(a)\1$'",
    good=["aa", None],
    bad=["aa\n", "xaa", "a", "aa"],
    unexpected=3,
    ids=[1, 2, 3],
    message=r"3 of 4 rows: `x` does not match `^(?!x)(a)\1$`",
)
FORMATS: Mapping[str, tuple[list[str], list[str]]] = {
    "semver": (["1.0.0", "1.2.3-rc.1+b.5"], ["1.0", "01.0.0", "1.0.0\n", "v1.0.0", "1.0.0-01"]),
    "email": (["a.b+c@example.org"], ["a@b", "a b@example.org", "@example.org", "a@example.org\n"]),
    "uuid": (["00000000-0000-4000-8000-00000000000F"], ["0" * 32, "g" * 8 + "-0-0-0-0", ""]),
    "uri": (["https://example.org/a?b#c", "urn:a"], ["example.org", "http://a b", "http:"]),
    "ipv4": (["10.0.0.0", "255.1.20.99"], ["256.1.1.1", "1.1.1", "01.1.1.1", "1.1.1.1 "]),
    "date": (
        ["2024-02-29", "2000-02-29", "2026-12-31"],
        ["2026-02-29", "1900-02-29", "2026-04-31", "2026-1-1", "٢٠٢٦-٠١-٠١", "2026-00-10"],
    ),
    "json": (["{}", '"a"', "[1, null]", "0"], ["", "{'a': 1}", "{", "a"]),
}
WORDS = {
    "semver": "a semantic version",
    "email": "a valid e-mail address",
    "uuid": "a UUID",
    "uri": "a URI",
    "ipv4": "an IPv4 address",
    "date": "a date such as 2027-01-31",
    "json": "JSON",
}
for name, (fine, wrong) in FORMATS.items():
    case(
        f"format_{name}",
        "format",
        "string",
        key=f"format: {name}",
        good=[*fine, None],
        bad=[*wrong, *fine, None],
        unexpected=len(wrong),
        ids=range(1, len(wrong) + 1),
        message=f"{len(wrong)} of {len(wrong) + len(fine)} rows: `x` is not {WORDS[name]}",
    )
case(
    "format_masked",
    "format",
    "string",
    key="format: masked",
    good=["***", "***abc", None],
    bad=["abcdef", "***abcd", "**a", "***a\nc"],
    unexpected=4,
    ids=[1, 2, 3, 4],
    shown=["‹redacted›"] * 4,
    message="4 of 4 rows: `x` is not masked",
)
case(
    "min_length",
    "min_length",
    "string",
    key="min_length: 2",
    good=["ab", "é😀", None],
    bad=["a", "", "😀", "ab"],
    unexpected=3,
    ids=[1, 2, 3],
    message="3 of 4 rows: `x` has fewer than 2 characters",
)
case(
    "max_length",
    "max_length",
    "string",
    key="max_length: 1",
    good=["", "😀", None],
    bad=["ab", "e\u0301", "a"],
    unexpected=2,
    ids=[1, 2],
    message="2 of 3 rows: `x` has more than 1 character",
)
case(
    "length",
    "length",
    "string",
    key="length: 0",
    good=["", None],
    bad=[" ", "\n", ""],
    unexpected=2,
    ids=[1, 2],
    message="2 of 3 rows: `x` does not have exactly 0 characters",
)

# -- bounds ----------------------------------------------------------------------------------------

case(
    "min_long",
    "min",
    "long",
    key="min: -9223372036854775807",
    good=[-(2**63) + 1, 2**63 - 1, None],
    bad=[-(2**63), 0],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is below -9223372036854775807",
)
case(
    "max_byte",
    "max",
    "byte",
    key="max: 126",
    good=[126, -128],
    bad=[127],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is above 126",
)
case(
    "above_double",
    "above",
    "double",
    key="above: 0",
    good=[5e-324, INF, None],
    bad=[0.0, -0.0, NAN, -INF, 1.0],
    unexpected=4,
    ids=[1, 2, 3, 4],
    message="4 of 5 rows: `x` is not above 0",
)
case(
    "min_double",
    "min",
    "double",
    key="min: 0",
    good=[-0.0, 0.0],
    bad=[NAN, -5e-324, None],
    unexpected=2,
    ids=[1, 2],
    message="2 of 2 rows: `x` is below 0",
)
case(
    "below_float",
    "below",
    "float",
    key="below: 0.1",
    good=[0.09, -INF],
    bad=[0.1, NAN, INF],
    unexpected=3,
    ids=[1, 2, 3],
    shown=[0.10000000149011612, "nan", "inf"],
    message="3 of 3 rows: `x` is not below 0.1",
)
case(
    "max_double_huge",
    "max",
    "double",
    key="max: 18446744073709551616",
    good=[2.0**64, -1e308],
    bad=[2.0**64 * 1.5],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is above 18446744073709551616",
)
case(
    "max_decimal",
    "max",
    "decimal(38,2)",
    key="max: 0.12",
    good=[D("0.12")],
    bad=[D("0.13"), D(10) ** 35, None],
    unexpected=2,
    ids=[1, 2],
    shown=["0.13", f"{10**35}.00"],
    message="2 of 2 rows: `x` is above 0.12",
)
case(
    "above_date",
    "above",
    "date",
    key='above: "2026-01-01"',
    good=[date(2026, 1, 2), date.max],
    bad=[date(2026, 1, 1), date.min],
    unexpected=2,
    ids=[1, 2],
    message="2 of 2 rows: `x` is not above 2026-01-01",
)
case(
    "min_instant",
    "min",
    "timestamp",
    key='min: "2026-01-02"',
    good=[at("2026-01-02"), None],
    bad=[at("2026-01-01T23:59:59.999999")],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is below 2026-01-02",
)
case(
    "max_instant",
    "max",
    "timestamp",
    key='max: "2026-01-02T00:00:00+02:00"',
    good=[at("2026-01-01T22:00")],
    bad=[at("2026-01-01T22:00:00.000001")],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is above 2026-01-02T00:00:00+02:00",
)
case(
    "below_local",
    "below",
    "timestamp_ntz",
    key='below: "2026-01-02T03:04:05"',
    good=[local("2026-01-02T03:04:04.999999")],
    bad=[local("2026-01-02T03:04:05")],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is not below 2026-01-02T03:04:05",
)

# -- mostly and where ------------------------------------------------------------------------------

case(
    "mostly_half",
    "max",
    "long",
    key="max: {value: 1, mostly: 0.5}",
    good=[1, 2, None],
    bad=[1, 2, 2, None],
    unexpected=2,
    ids=[2, 3],
    message="2 of 3 rows: `x` is above 1 (at least 0.5 of the rows must satisfy it)",
)
case(
    "mostly_nothing",
    "max",
    "long",
    key="max: {value: 1, mostly: 0.5}",
    good=[None, None],
    bad=[2],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is above 1 (at least 0.5 of the rows must satisfy it)",
)
case(
    "where",
    "enum",
    "string",
    y="string",
    rule="column: x, enum: [a], where: \"y = 'in'\"",
    good=[("a", "in"), ("b", "out"), ("b", None)],
    bad=[("a", "in"), ("b", "in"), ("b", "out"), (None, "in")],
    evaluated=2,
    unexpected=1,
    ids=[2],
    shown=["b"],
    message="1 of 2 rows where y = 'in': `x` is not one of a",
)

# -- several columns -------------------------------------------------------------------------------

ORDERED: Mapping[str, tuple[list[Any], list[Any]]] = {
    "<": ([(1, 2)], [(2, 2), (3, 2)]),
    "<=": ([(1, 2), (2, 2)], [(3, 2)]),
    ">": ([(3, 2)], [(2, 2), (1, 2)]),
    ">=": ([(3, 2), (2, 2)], [(1, 2)]),
    "=": ([(2, 2)], [(1, 2), (3, 2)]),
    "<>": ([(1, 2), (3, 2)], [(2, 2)]),
}
for number, (operator, (fine_pairs, wrong_pairs)) in enumerate(ORDERED.items()):
    nulls: list[Any] = [(None, None), (None, None)]
    case(
        f"compare_{number}",
        "compare",
        "long",
        y="long",
        rule=f"compare: x {operator} y",
        good=[*fine_pairs, *nulls],
        bad=[*wrong_pairs, *fine_pairs, (1, None), (None, 1), *nulls],
        evaluated=3,
        unexpected=len(wrong_pairs),
        ids=range(1, len(wrong_pairs) + 1),
        message=f"{len(wrong_pairs)} of 3 rows: `x {operator} y` is not satisfied",
    )
    fine_values, wrong_values = ([x for x, _ in pairs] for pairs in (fine_pairs, wrong_pairs))
    case(
        f"compare_literal_{number}",
        "compare",
        "long",
        rule=f"compare: x {operator} 2",
        good=[*fine_values, None],
        bad=[*wrong_values, *fine_values, None],
        unexpected=len(wrong_values),
        ids=range(1, len(wrong_values) + 1),
        message=f"{len(wrong_values)} of 3 rows: `x {operator} 2` is not satisfied",
    )
case(
    "compare_nan",
    "compare",
    "double",
    y="double",
    rule="compare: x <= y",
    good=[(1.0, INF)],
    bad=[(NAN, 1.0), (1.0, NAN), (1.0, 1.0)],
    evaluated=3,
    unexpected=2,
    ids=[1, 2],
    message="2 of 3 rows: `x <= y` is not satisfied",
)
case(
    "compare_mostly",
    "compare",
    "string",
    y="string",
    rule="compare: x <> y, mostly: 0.5",
    good=[("a", "b"), ("a", "a"), (None, "a")],
    bad=[("a", "a"), (None, "a"), ("a", None)],
    evaluated=1,
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x <> y` is not satisfied (at least 0.5 of the rows must satisfy it)",
)
case(
    "compare_text",
    "compare",
    "string",
    rule='''compare: "x <> 'it''s'"''',
    good=["its", None],
    bad=["it's"],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x <> it's` is not satisfied",
)
case(
    "references",
    "references",
    "string",
    y="long",
    rule="references: {columns: [x, y], table: shop.parents, to: [a, b]}",
    good=[("a", 1), (None, 1), ("zz", None)],
    bad=[("a", 2), ("a", 1), (None, 9), ("A", 1)],
    evaluated=3,
    unexpected=2,
    ids=[4, 1],
    message="2 of 3 rows: `x`, `y` not found in `shop.parents`",
)
case(
    "references_itself",
    "references",
    "long",
    rule="references: {columns: [x], table: shop.references_itself, to: [id]}, mostly: 0.5",
    good=[None, 1, 7],
    bad=[7, 8, 1],
    unexpected=2,
    ids=[1, 2],
    shown=[{"id": 1, "x": 7}, {"id": 2, "x": 8}],
    message="2 of 3 rows: `x` not found in `shop.references_itself` "
    "(at least 0.5 of the rows must satisfy it)",
)

# -- SQL -------------------------------------------------------------------------------------------

case(
    "sql_own",
    "sql",
    "string",
    rule='''sql: "select * from {table} where x = '{batch}' or x = '{{'"''',
    good=["{table}", "batch", "{"],
    bad=["{batch}", "{table}", "{{"],
    unexpected=2,
    ids=[1, 3],
    shown=[{"id": 1, "x": "{batch}"}, {"id": 3, "x": "{{"}],
    message="the query returns 2 rows; it must return none",
)
case(
    "sql_own_named",
    "sql",
    "long",
    rule='sql: "select x as seen, id from {shop.sql_own_named} as c where x > 1"',
    good=[1, None],
    bad=[3, 2, None],
    evaluated=3,
    unexpected=2,
    ids=[2, 1],
    shown=[{"seen": 2, "id": 2}, {"seen": 3, "id": 1}],
    message="the query returns 2 rows; it must return none",
)
case(
    "sql_cross",
    "sql",
    "string",
    rule='sql: "select o.x from {table} as o where not exists '
    '(select 1 from {shop.parents} as p where p.a = o.x)"',
    good=["a", "b"],
    bad=["a", "c", None],
    evaluated=3,
    unexpected=2,
    ids=[],
    shown=[{"x": "c"}, {"x": None}],
    message="the query returns 2 rows; it must return none",
)
case(
    "sql_other",
    "sql",
    "string",
    rule='sql: "select count(*) as n from {shop.parents} having count(*) <> 2", severity: warning',
    good=["a"],
    bad=[],
    evaluated=0,
    unexpected=0,
    ids=[],
    message="",
)
case(
    "sql_aggregate",
    "sql",
    "long",
    rule='sql: "select sum(x) as total from {table} having sum(x) > 3"',
    good=[1, 2],
    bad=[2, 2],
    unexpected=1,
    ids=[],
    shown=[{"total": 4}],
    message="the query returns 1 row; it must return none",
)
case(
    "sql_mostly",
    "sql",
    "long",
    rule='sql: "select * from {table} where x > 1", mostly: 0.5',
    good=[1, 2],
    bad=[1, 2, 2],
    unexpected=2,
    ids=[2, 3],
    shown=[{"id": 2, "x": 2}, {"id": 3, "x": 2}],
    message="the query returns 2 rows; it must return none "
    "(at least 0.5 of the rows must satisfy it)",
)
case(
    "sql_where",
    "sql",
    "long",
    rule='sql: "select * from {table} where x > 1", where: "id > 1"',
    good=[2, 1],
    bad=[2, 2, 1],
    evaluated=2,
    unexpected=1,
    ids=[2],
    shown=[{"id": 2, "x": 2}],
    message="the query returns 1 row; it must return none",
)

# -- sequence --------------------------------------------------------------------------------------

case(
    "sequence",
    "sequence",
    "long",
    key="sequence: {step: 1}",
    good=[3, 1, 2, None, 4],
    bad=[7, 1, 2, None, 2, 5, 6, 7],
    unexpected=5,
    ids=[3, 5, 6, 1, 8],
    shown=[{"id": key, "x": value} for key, value in ((3, 2), (5, 2), (6, 5), (1, 7), (8, 7))],
    message="5 of 7 rows: `x` repeats or comes after a gap (step 1)",
)
case(
    "sequence_ends",
    "sequence",
    "long",
    rule="sequence: {step: 1000000}, column: x, where: id > 0, mostly: 0.5",
    good=[2**63 - 1, 2**63 - 1_000_001],
    bad=[2**63 - 1, -(2**63), 0],
    evaluated=3,
    unexpected=2,
    ids=[3, 1],
    shown=[{"id": 3, "x": 0}, {"id": 1, "x": 2**63 - 1}],
    message="2 of 3 rows where id > 0: `x` repeats or comes after a gap (step 1000000)"
    " (at least 0.5 of the rows must satisfy it)",
)
case(
    "sequence_days",
    "sequence",
    "date",
    key="sequence: {step: 7}",
    good=[date(2026, 3, 7), date(2026, 2, 28), None],
    bad=[date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 14), date(2026, 1, 8)],
    unexpected=3,
    ids=[2, 4, 3],
    shown=[
        {"id": 2, "x": "2026-01-08"},
        {"id": 4, "x": "2026-01-08"},
        {"id": 3, "x": "2026-01-14"},
    ],
    message="3 of 4 rows: `x` repeats or comes after a gap (step 7)",
)
