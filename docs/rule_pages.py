"""The page of rule kinds: every kind is broken by a real table, and its words are copied here.

One contract holds a table for each kind, written so that the rule fails; `check` then judges them
all, through GX, as it judges anybody's tables. A kind without a breaking table stops the page.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import yaml

from spectra_gx.contract.column_types import Family
from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.rules.kinds import Position, RuleKind
from spectra_gx.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.validation.results import RuleResult

_TYPES = {
    Family.TEXT: ("string", pa.string()),
    Family.WHOLE: ("integer", pa.int32()),
    Family.DATE: ("date", pa.date32()),
    Family.FRACTION: ("double", pa.float64()),
}

_OPENING = """\
A rule is one promise that is evaluated. Below, for each kind: what it promises, how it is written,
the GX expectation it compiles to, and the message of `check` for a table that breaks it. All of it
was measured on real Delta tables while this page was generated. A rule that passes has no message.

"""

_CLOSING = """\
## Fields and items

Nested values take the same keys. The rule's id continues with the field's name or `items`, and its
GX expectation is `expect_nested_values_to_satisfy`, around that of the key. A row counts once,
however many of its items break the rule; `unique` items are unique within their row.

```yaml
columns:
  address:
    type: struct
    fields:
      zip: {{type: string, required: true, pattern: "^[0-9]+$"}}   # <table>.address.zip.pattern
  tags:
    type: array
    items: {{type: string, enum: [a, b]}}                          # <table>.tags.items.enum
```

## Names of columns

A column has the name that its format gives it: spaces, dots, reserved words, letters of any
alphabet. A name that is not a plain word is quoted in ids, as SQL quotes it, and in SQL itself;
where a key names a column it may be quoted, too:

```yaml
columns:
  Order ID: {{type: long, required: true}}       # <table>."Order ID".required
  a.b: {{type: long}}
rules:
  - {{id: in-order, compare: '"Order ID" <= "a.b"'}}
  - {{id: even, sql: 'SELECT * FROM {{table}} WHERE "Order ID" % 2 = 1'}}
```

In SQL a column whose name has a brace cannot be named. What a builder builds has names without
spaces and `,;{{}}()=`, since Spark refuses Delta tables with such names; those of other tables are
read. Names that differ only by case are two columns of a file, and refused in Delta.

## Severity by share

A rule about rows may have, in place of one severity, the share of failing rows above which each is
reached:

```yaml
columns:
  email: {{type: string, format: {{value: email, severity: {{warning: 0.01, critical: 0.05}}}}}}
```

Up to 1 % of failing rows the rule passes, and its result has their number; above, it is a
warning, and above 5 % it is critical. The share is of the rows that were evaluated. Rows are
quarantined only where critical is reached. `mostly` cannot be beside it, and such a rule is never
taken as proven by an earlier check.

## Learnt bounds

`rows`, every statistic and `freshness` may learn what is usual from the activity log, from what the
rule itself observed in earlier runs that passed:

```yaml
rows: {{min: 1, expected: {{sensitivity: medium, season: week}}}}
rules:
  - {{id: usual-price, column: price, mean: {{expected: {{sensitivity: low}}}}}}
  - {{id: on-time, freshness: {{column: loaded_at, expected: {{sensitivity: low, season: day}}}}}}
```

With `season: week` each weekday has its own bounds, with `day` each hour of the day (UTC). Up to
120 values count, of runs on one day or in one hour the last. Bounds follow a trend, and lie 8
(`low`), 5 (`medium`) or 3.5 (`high`) usual deviations around the middle. Values that never changed
may change by half a per cent times that, and of a number of rows or of different values one more or
one fewer is always usual, but for the first one ever and for none where there always were some.
Until there are 8 values, and 3 of the same weekday or hour, the rule passes and says how many it
has. A value beyond the bounds is a `warning` unless a `severity` is given; the message has the
numbers: `12,000 rows; usually 40,100 to 43,900 on Mondays (learnt from 56 earlier values)`. Bounds
beside `expected` keep their own severity, `critical`. The log keeps no values of sensitive
columns, so that their statistics have neither `expected` nor `change`.

Of `freshness` the age of the newest row is learnt, at each run's instant, and only what is older
than usual is reported: ``the newest `loaded_at` is 2026-01-12T03:00:00+00:00, 4h 10m old; usually
at most 1h 35m at 07:00 UTC (learnt from 56 earlier values)``. Ages on a `date` column are whole
days of UTC, so that the hour of a check does not matter; others may always differ by 2 % or a
minute, times 8, 5 or 3.5. Where a table is checked more often than it is loaded, give
`season: day`.

## The run's clock

On columns of type date, timestamp and timestamp_ntz the values of `min`, `max`, `above`, `below`
and `const` may be the clock of the run: `now`, `today`, or either with a distance in s, m, h, d
or w. `compare` writes it in braces, as `where` and [`sql`](sql.md#the-runs-clock) do.

```yaml
columns:
  ordered_at: {{type: timestamp, max: now, min: {{value: now - 30d, severity: warning}}}}
  due: {{type: date, above: today, below: today + 1w}}
rules:
  - {{id: not-shipped-tomorrow, compare: "shipped_at <= {{now}}"}}
```

A run has one instant: `--as-of`, else the commit time of the version that is checked (`--version`,
a replay), else the time at its start. `today` is midnight in UTC, on a timestamp_ntz column with a
`timezone` midnight there. A date counts from its midnight in UTC, so that `max: now` lets today
pass; a timestamp_ntz column without `timezone` is read as UTC, and lint notes that. The GX
expectation is `expect_column_values_to_compare_with_clock`; the instant is its suite parameter
`as_of`.

The verdict of such a rule changes with time alone, so `check --changed` and publishing never count
it as proven by an earlier check. Exports to formats without a clock list it as a loss.

## GX's own expectations

`expect` takes every core expectation but `ExpectQueryResultsToMatchComparison`, by its class or its
type. Lint checks its arguments against GX's signature and the types of the columns: dates and
instants are written as texts and compared as dates and instants. `$` is the end of the text, as in
`pattern`; a column's type is Delta's name for it. Nulls are ignored as in GX: for several columns,
see `ignore_row_if`. An expectation about a column or a table has `observed`
and no `unexpected`; where its column is sensitive, what was observed is `‹redacted›`.

## Rules that could not be evaluated

Such a rule is *errored*, never passed, and its message begins with `could not be evaluated:`. The
cause is another rule of the same table, which *failed*, or the table itself:

| cause | message |
|---|---|
{errored}
"""


def rules_page() -> str:
    """Return the reference of rule kinds."""
    found, absent = _judged()
    sections = ["\n".join(_section(kind, found[rule_id(kind)])) + "\n" for kind in CATALOGUE]
    rows = {
        "a missing column": found["demo.columns.gone.required"],
        "a column of another type": found["demo.type.value.unique"],
        "no table": absent,
    }
    errored = "\n".join(f"| {what} | {rule.message} |" for what, rule in rows.items())
    return "\n".join([_OPENING, *sections, _CLOSING.format(errored=errored)])


def heading(kind: RuleKind) -> str:
    """Return the heading of a kind; two kinds share the key `unique`."""
    return f"{kind.key}, listed" if kind.key == "unique" and kind.split else kind.key


def _section(kind: RuleKind, result: RuleResult) -> Iterator[str]:
    yield f"## {heading(kind)}\n"
    yield f"{kind.purpose}\n"
    written = list(_written(kind))
    if written:
        yield "```yaml"
        yield from written
        yield "```\n"
    else:
        yield "It is implied; nobody writes it.\n"
    yield f"- id: {_shown_id(kind)}"
    families = (
        "any type" if kind.families == frozenset(Family) else ", ".join(sorted(kind.families))
    )
    if kind.split is None and Position.EVERY_TABLE not in kind.positions:
        yield f"- columns: {families}"
    yield f"- options: {_options(kind)}"
    expectation = (
        f"`{result.expectation}`" if result.expectation else "none; the stage evaluates it"
    )
    yield f"- GX expectation: {expectation}"
    yield "- when it fails:\n"
    yield f"  ```text\n  {result.id} ({result.severity}): {result.message}\n  ```"


def _options(kind: RuleKind) -> str:
    if Position.EVERY_TABLE in kind.positions or Position.EVERY_STAGE in kind.positions:
        return "none"
    row_by_row = {"mostly": kind.takes_mostly, "where": kind.takes_where}
    taken = ["severity", *(name for name, is_taken in row_by_row.items() if is_taken)]
    if kind.key == "expect":
        return "severity, description; mostly and where, if GX's own takes them"
    return ", ".join([*taken, "description"])


def _shown_id(kind: RuleKind) -> str:
    listed = "`<table>.<id>`"
    if Position.EVERY_STAGE in kind.positions:
        return f"`<stage>.{kind.key}`"
    if kind.positions == frozenset({Position.PREDICATE}):
        return listed
    if Position.COLUMN in kind.positions:
        own = f"`<table>.<column>.{kind.key}`"
        return f"{own}; under `rules:` {listed}" if Position.PREDICATE in kind.positions else own
    return f"`<table>.{kind.key}`"


def _written(kind: RuleKind) -> Iterator[str]:
    """Yield the lines of YAML that make the rule: as a key, and as an entry of `rules:`."""
    if Position.COLUMN in kind.positions:
        yield "columns:"
        yield f"  value: {_flow(_column(kind))}"
    if Position.TABLE in kind.positions:
        yield f"{kind.key}: {_flow(kind.example)}"
    if Position.EVERY_TABLE in kind.positions:
        yield f"extra_columns: {kind.example}   # fail (the default), warn or allow"
    if Position.PREDICATE in kind.positions:
        yield "rules:"
        yield f"  - {_flow(_listed(kind))}"
    yield from _MORE.get(kind.key, ())


def _listed(kind: RuleKind) -> dict[str, Any]:
    column = {"column": "value"} if kind.split is None or kind.key == "expect" else {}
    return {"id": "my-rule", **column, kind.key: kind.example}


_MORE: Mapping[str, tuple[str, ...]] = {
    "mean": (
        "# or, as every statistic: mean: {change: {max: 20%}}   at most so far from the last",
        "# passed run's",
    ),
    "unique": (
        "# or, of some rows only:",
        "  - {id: one-open, column: value, unique: true, where: closed_at is null}",
    ),
    "rows": (
        "# or: rows: {expected: {sensitivity: medium, season: week}}   learnt from earlier runs",
        "# or: rows: {same_as: other.table}   as many as another table has",
        "# or: rows: {change: {max: 20%}}     at most so far from the last passed run's",
    ),
    "freshness": (
        "# or: freshness: {column: last_updated, expected: {sensitivity: medium}}   learnt from",
        "# earlier runs",
    ),
    "max": ("# or, on dates and timestamps, the run's clock: max: now",),
    "min": ("# or, on dates and timestamps, the run's clock: min: now - 30d",),
    "sorted": (
        "  # with `column`, its values run in this order along the columns of `by`:",
        "  - {id: never-falls, column: total, sorted: {by: recorded_at, order: ascending}}",
    ),
    "expect": (
        "  - {id: low, expect: ExpectColumnMaxToBeBetween, column: day, with: {max_value: 9}}",
    ),
}
"""What else can be written."""


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000)
    return text.removesuffix("...\n").strip()


def _column(kind: RuleKind) -> dict[str, Any]:
    said = {"type": _types_of(kind)[0]}
    return said if kind.key == "type" else {**said, kind.key: kind.example}


def _types_of(kind: RuleKind) -> tuple[str, pa.DataType]:
    number = isinstance(kind.example, int) and not isinstance(kind.example, bool)
    number |= kind.takes_mapping
    if number and Family.WHOLE in kind.families:
        return _TYPES[Family.WHOLE]
    others = [family for family in _TYPES if family in kind.families and family != Family.WHOLE]
    first = next(iter(others), Family.WHOLE)
    return _TYPES[Family.DATE if Family.DATE in kind.families and first != Family.TEXT else first]


# -- the tables that break the rules ---------------------------------------------------------------


def _table_name(kind: RuleKind) -> str:
    return "demo." + heading(kind).replace(", ", "_")


def rule_id(kind: RuleKind) -> str:
    """Return the id of the rule that holds the kind's example in the contract of examples."""
    if Position.EVERY_STAGE in kind.positions:
        return f"demo.{kind.key}"
    if Position.COLUMN in kind.positions and kind.split is None:
        return f"{_table_name(kind)}.value.{kind.key}"
    return f"{_table_name(kind)}.{'my-rule' if Position.PREDICATE in kind.positions else kind.key}"


def _declared(kind: RuleKind) -> dict[str, Any]:
    """Return the contract's table that holds the kind's example."""
    if kind.key == "columns":
        return {"columns": {"kept": "string", "gone": {"type": "string", "required": True}}}
    if kind.key == "type":
        return {"columns": {"value": {**_column(kind), "unique": True}}}
    if kind.split is None and Position.COLUMN in kind.positions:
        others = dict.fromkeys(kind.counter_example.keys() - {"value"}, "string")
        return {"columns": {"value": _column(kind), **others}}
    columns: dict[str, Any] = {
        name: {pa.string(): "string", pa.int64(): "long", pa.date32(): "date"}[array.type]
        for name, array in _arrays(kind).items()
    }
    if kind.key == "column_order":
        columns = dict(sorted(columns.items()))
    if kind.key == "primary_key":  # lint wants the columns of a key to be required
        columns = {name: {"type": type_, "required": True} for name, type_ in columns.items()}
    if Position.TABLE in kind.positions:
        return {"columns": columns, kind.key: kind.example}
    return {"columns": columns, "rules": [_listed(kind)]}


def _arrays(kind: RuleKind) -> dict[str, pa.Array]:
    columns = kind.counter_example
    typed = kind.split is None and Position.COLUMN in kind.positions and kind.key != "type"
    of_type = _types_of(kind)[1] if typed else None
    return {name: pa.array(values, of_type) for name, values in columns.items()}


_TABLE_KINDS = [kind for kind in CATALOGUE if Position.EVERY_STAGE not in kind.positions]


def example_contract() -> dict[str, Any]:
    """Return a contract with a table for each kind, whose rule is the kind's example."""
    tables = {_table_name(kind): _declared(kind) for kind in _TABLE_KINDS}
    tables["source.categories"] = {"columns": {"name": "string"}}
    tables["demo.absent"] = {"columns": {"name": "string"}}
    return {"contract": "demo", "version": "1.0.0", "owner": "Docs", "tables": tables}


def example_tables() -> dict[str, pa.Table]:
    """Return the tables that break these rules, by name."""
    tables = {_table_name(kind): pa.table(_arrays(kind)) for kind in _TABLE_KINDS}
    return {**tables, "source.categories": pa.table({"name": ["known"]})}


def _judged() -> tuple[dict[str, RuleResult], RuleResult]:
    """Return the result of every rule, by id, and one of a table that does not exist."""
    contract = yaml.safe_dump(example_contract())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "contracts").mkdir()
        (Path(folder) / "contracts/demo.contract.yaml").write_text(contract)
        project = Project.open(folder, str(Path(folder) / "warehouse"))
        write = project.warehouse.write
        for name, rows in example_tables().items():
            write(name, rows, execution_id="docs")
        write("demo.scratch", pa.table({"name": ["a"]}), execution_id="docs")
        result = project.check("demo")
    found = {rule.id: rule for rule in result.all_rules()}
    absent = found["demo.absent.name.type"]
    return found, replace(absent, message=absent.message.replace(folder, "…"))
