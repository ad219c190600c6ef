"""Select what is published of a stage in which tables fail, for `on_failure: continue`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.runner.building.build_order import dependants
from spectra_gx.validation.results import (
    RuleResult,
    StageResult,
    Status,
    roll_up_rules,
    roll_up_verdicts,
)
from spectra_gx.validation.run.stage import StageOutcome

if TYPE_CHECKING:
    from spectra_gx.validation.run.checkpoint_data import CheckpointOutcome

Reads = Mapping[str, AbstractSet[str]]
"""Rule → the other tables that it reads."""

Needs = Mapping[str, AbstractSet[str]]
"""Built table → the tables of which it was built."""

Check = Callable[[AbstractSet[str], AbstractSet[str]], StageOutcome]
"""Tables that are taken as they are published, and tables to check → the outcome of these."""


@dataclass(frozen=True)
class Selection:
    """What is published, what is held back, and why."""

    published: tuple[str, ...]
    held_back: tuple[str, ...]
    outcome: StageOutcome
    """Of a published table as it will be; of another one, what was first wrong with it."""


def select_tables(
    built: Sequence[str],
    check: Check,
    first: StageOutcome,
    reads: Reads,
    needs: Needs,
) -> Selection:
    """Hold back tables until no critical rule of any table fails that held before the run.

    What is built of a table that is held back is held back, too. Each counts as its published
    version: it is checked again, and so is every table with a rule that reads it.

    Args:
        built: The tables that the run has built.
        check: Checks some tables.
        first: The outcome of the stage with nothing held back.
        reads: The other tables that rules read.
        needs: What tables were built of.
    """
    rounds, held = [first], frozenset[str]()

    def check_without(more: AbstractSet[str]) -> StageOutcome:
        last = rounds[-1]
        return _together(last, check(held | more, _affected(last.result, more, reads)))

    before: frozenset[str] | None = None
    while len(held) < len(built):
        candidates = frozenset(built) - held
        found = failing_tables(rounds[-1].result, candidates, reads)
        if not found and _is_broken(rounds[-1].result, candidates):
            if before is None:
                before = _passed(check_without(candidates).result)
            found = suspects(rounds[-1].result, candidates, reads, before)
        if not found:
            break
        found = frozenset(dependants(found, needs) & candidates)
        rounds.append(check_without(found))
        held |= found
    published = tuple(name for name in built if name not in held)
    return Selection(
        published,
        tuple(name for name in built if name in held),
        _combined(rounds, frozenset(published)),
    )


def failing_tables(
    result: StageResult, candidates: AbstractSet[str], reads: Reads
) -> frozenset[str]:
    """Return which of the candidates fail, but for those that others may have made fail."""
    failing = {
        table.table: [rule for rule in table.rules if _fails(rule)]
        for table in result.tables
        if table.table in candidates and table.verdict is not Status.PASSED
    }
    roots = {
        table
        for table, rules in failing.items()
        if any(not (reads.get(rule.id, set()) - {table}) & failing.keys() for rule in rules)
    }
    return frozenset(roots or failing)


def suspects(
    result: StageResult, candidates: AbstractSet[str], reads: Reads, before: AbstractSet[str]
) -> frozenset[str]:
    """Return the candidates that may have broken a rule of another table that held before.

    Args:
        result: What was found with the candidates as they were built.
        candidates: The tables that would be published.
        reads: The other tables that rules read.
        before: The rules that hold of the tables as they are published.
    """
    broken = [rule.id for rule in _other_rules(result, candidates) if rule.id in before]
    read = frozenset(table for rule in broken for table in reads.get(rule, ())) & candidates
    return read or (frozenset(candidates) if broken else frozenset())


def _is_broken(result: StageResult, candidates: AbstractSet[str]) -> bool:
    return any(True for _ in _other_rules(result, candidates))


def _other_rules(result: StageResult, candidates: AbstractSet[str]) -> Iterator[RuleResult]:
    """Yield the failing rules of tables that are not candidates."""
    for table in result.tables:
        if table.table not in candidates:
            yield from filter(_fails, table.rules)


def _fails(rule: RuleResult) -> bool:
    failed = rule.status is Status.FAILED and rule.severity == "critical"
    return failed or rule.status is Status.ERRORED


def _passed(result: StageResult) -> frozenset[str]:
    return frozenset(rule.id for rule in result.all_rules() if rule.status is Status.PASSED)


def _affected(result: StageResult, replaced: AbstractSet[str], reads: Reads) -> frozenset[str]:
    """Return the tables whose rules may find something else once some tables are replaced."""
    return frozenset(
        table.table
        for table in result.tables
        if table.table in replaced
        or any(reads.get(rule.id, set()) & replaced for rule in table.rules)
    )


def _together(last: StageOutcome, newer: StageOutcome) -> StageOutcome:
    """Return an outcome in which some tables have a newer one."""
    found = {one.result.table: one for one in newer.checkpoints}
    checkpoints = [found.get(one.result.table, one) for one in last.checkpoints]
    contents = {**last.result.contents, **newer.result.contents}
    return _outcome(replace(newer.result, contents=contents), checkpoints)


def _combined(rounds: Sequence[StageOutcome], published: AbstractSet[str]) -> StageOutcome:
    """Return one outcome of several rounds: each table's own, as `Selection` documents it."""
    last = rounds[-1]
    checkpoints = []
    for index, latest in enumerate(last.checkpoints):
        name = latest.result.table
        earlier = [one.checkpoints[index] for one in rounds]
        failed = (one for one in earlier if one.result.verdict is not Status.PASSED)
        checkpoints.append(latest if name in published else next(failed, latest))
    return _outcome(last.result, checkpoints)


def _outcome(result: StageResult, checkpoints: Sequence[CheckpointOutcome]) -> StageOutcome:
    """Return the outcome of a stage with these of its tables."""
    tables = tuple(one.result for one in checkpoints)
    verdicts = [roll_up_rules(result.rules), *(table.verdict for table in tables)]
    result = replace(result, tables=tables, verdict=roll_up_verdicts(verdicts))
    return StageOutcome(result, tuple(checkpoints))
