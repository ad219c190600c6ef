"""The page of what each place answers, from what `tests/agreement` recorded of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RECORDED = Path(__file__).parents[1] / "tests/agreement/recorded.jsonl"
SQL_SUITE = "conditions"
"""The suite of SQL that a contract contains."""

_OPENING = """\
The tests store the same rows as Delta and in seven other places, and check them by the same
contracts. Of every rule the whole result is compared with Delta's: verdict, counts, sample and its
keys, what was observed, and the message. Statistics of floating-point numbers agree to 14 digits.
A rule that a place cannot answer is errored, with the reasons below; none has another answer.

How it is counted:

- A kind of rule is a section of [rules](rules.md); `expect` is as many kinds as there are
  expectations of GX that it takes. That makes {kinds} kinds. `partitioned_by` is not one of them:
  only Delta has it, and `lint` refuses it elsewhere.
- Every kind has tables that keep it and tables that break it, most of them of several types, with
  nulls and edge values. It counts as errored if one of its rules is errored in that place and not
  on Delta, even if its other rules are answered.
- SQL that a contract contains is counted apart: {sql} rules with `sql` or `where`, over values that
  engines read differently.
- Rules of tables that a place cannot contain, because it has no such types or values, are not
  compared there.

"""
_CANNOT_CONTAIN: Mapping[str, str] = {
    "CSV": "arrays, maps, structs, binary; a column of another type than it is declared",
    "Iceberg": "byte, short",
    "SQLite": "float, decimals of more than 15 digits, NaN, arrays, maps, structs",
    "PostgreSQL": "byte, maps, arrays of arrays",
    "MariaDB": "float, NaN, infinity, arrays, maps, structs",
}
_CLOSING = """\
## Compare again

PostgreSQL 15, MariaDB 10.11, DuckDB 2.0 and SQLite 3.40 were run. `make test-all SLICE=agreement`
compares all of it again. Once a place answers more or less than before,
`python -m tests.agreement.record` records that; a rule with another answer cannot be recorded.
"""


@dataclass
class _Place:
    """What one place answers."""

    compared: Counter[str] = field(default_factory=Counter)
    """Kind → rules."""

    errored: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Kind → reason → rules."""

    sql: int = 0
    """Rules with SQL of a contract."""

    refused: Counter[str] = field(default_factory=Counter)
    """Reason → rules with SQL of a contract."""

    absent: int = 0
    """Tables that it cannot contain."""

    def add(self, line: Mapping[str, Any]) -> None:
        """Count in what one suite's rules answer."""
        self.absent += len(line["absent"])
        if line["suite"] == SQL_SUITE:
            self.sql += sum(count for kind, count in line["kinds"].items() if kind in _WITH_SQL)
        else:
            self.compared.update(line["kinds"])
        for kind, reasons in line["errored"].items():
            counted = self.refused if line["suite"] == SQL_SUITE else self.errored[kind]
            counted.update(map(_reason, reasons.values()))


_WITH_SQL = ("sql", "max")
"""Kinds of the rules that have SQL in that suite: it has `max` under many a `where`."""


def agreement_page() -> str:
    """Return the page."""
    places: dict[str, _Place] = defaultdict(_Place)
    for line in map(json.loads, RECORDED.read_text(encoding="utf-8").splitlines()):
        places[line["place"]].add(line)
    first = next(iter(places.values()))
    opening = _OPENING.format(kinds=len(first.compared), sql=first.sql)
    sections = [
        "\n".join(_section(name, place))
        for name, place in places.items()
        if place.errored or place.refused
    ]
    return opening + "\n".join([*_summary(places), "", *sections, _CLOSING])


def _reason(recorded: str) -> str:
    cause, _, message = recorded.partition(": ")
    return f"{message} (`{cause}`)"


def _summary(places: Mapping[str, _Place]) -> Iterator[str]:
    yield "| place | rules compared | kinds errored | with `expect` as one kind | SQL errored |"
    yield "| --- | --- | --- | --- | --- |"
    for name, place in places.items():
        compared = f"{place.compared.total() + place.sql:,}"
        kinds = _share(set(place.errored), set(place.compared))
        language = _share({*map(_key, place.errored)}, {*map(_key, place.compared)})
        refused = f"{place.refused.total()} of {place.sql}"
        yield f"| {name} | {compared} | {kinds} | {language} | {refused} |"
    yield "\nTables that are not compared, because a place cannot contain them:\n"
    for name, place in places.items():
        if place.absent:
            yield f"- {name}, {place.absent} tables: {_CANNOT_CONTAIN[name]}"


def _share(errored: set[str], compared: set[str]) -> str:
    return f"{len(errored)} of {len(compared)}, {len(errored) / len(compared):.1%}"


def _key(kind: str) -> str:
    return kind.partition(":")[0]


def _section(name: str, place: _Place) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| kind | rules errored | why |"
    yield "| --- | --- | --- |"
    for kind, reasons in sorted(place.errored.items()):
        why = "; ".join(sorted(reasons))
        yield f"| `{kind}` | {reasons.total()} of {place.compared[kind]} | {why} |"
    for reason, count in sorted(place.refused.items()):
        yield f"| SQL of a contract | {count} of {place.sql} | {reason} |"
    yield ""
