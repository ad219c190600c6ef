"""What the rules of a suite answer in a place, beside what they answer on Delta."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.contract.rules.gx_signatures import signatures
from tests.contract.checking import is_alike, outcomes, validate_here
from tests.databases.places import validated
from tests.docs.pages import rule_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import Rule, StageContract
    from spectra_gx.validation.results import RuleResult
    from tests.agreement.places import Move
    from tests.agreement.suites.suite import Suite


@dataclass(frozen=True)
class Answers:
    """What a place answers."""

    kinds: Mapping[str, int]
    """Kind → how many of its rules were compared."""

    errored: Mapping[str, Mapping[str, str]]
    """Kind → id of a rule that is errored in this place alone → its cause and why."""

    absent: Sequence[str]
    """Tables that the place cannot contain; their rules are not compared."""

    differing: Sequence[str]
    """Rules with another answer, and which: what nobody would notice."""


@dataclass(frozen=True)
class OnDelta:
    """The tables of a suite as Delta, and what its rules answer there."""

    contract: StageContract
    root: Path
    results: Mapping[str, RuleResult]


def on_delta(suite: Suite, root: Path) -> OnDelta:
    """Write the tables of a suite as Delta, and check them."""
    contract, put = suite
    put(root)
    return OnDelta(contract, root, outcomes(validate_here(contract, root)))


def compare(delta: OnDelta, move: Move) -> Answers:
    """Check the tables of a suite in another place, and compare rule by rule."""
    moved = move(_without_partitions(delta.contract), delta.root)
    found = validated(moved, delta.root)
    absent = sorted(table.name for table in moved.tables if not table.location)
    kinds: Counter[str] = Counter()
    errored: dict[str, dict[str, str]] = defaultdict(dict)
    differing = []
    for rule in (rule for table in moved.tables if table.location for rule in table.rules):
        one, expected = found[rule.id], delta.results[rule.id]
        kind = kind_name(rule)
        kinds[kind] += 1
        if one.status == expected.status == "errored" or is_alike(one, expected):
            continue  # each engine has words of its own for what it cannot calculate
        if one.status == "errored":
            errored[kind][rule.id] = f"{one.cause}: {one.message.removeprefix(_OPENING)}"
        else:
            differing.append(f"{rule.id}: {one.to_dict()} and not {expected.to_dict()}")
    return Answers(dict(sorted(kinds.items())), dict(sorted(errored.items())), absent, differing)


def _without_partitions(contract: StageContract) -> StageContract:
    """Return a contract without tables that only Delta has; `lint` refuses them elsewhere."""
    tables = [
        table
        for table in contract.tables
        if all(rule.kind != "partitioned_by" for rule in table.rules)
    ]
    return replace(contract, tables=tuple(tables))


_OPENING = "could not be evaluated: "


def kind_name(rule: Rule) -> str:
    """Return the name of a rule's kind; each expectation of GX is a kind of its own."""
    if rule.kind == "expect":
        expectation = signatures()[rule.argument["type"]]
        return f"expect: {expectation['name']}"
    return str(rule_pages().heading(kind_of(rule)))
