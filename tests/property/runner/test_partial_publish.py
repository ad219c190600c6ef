"""Whatever fails: what is published passes, and breaks nothing that held before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.runner.publishing.partial_publish import Selection, select_tables
from spectra_gx.validation.results import (
    RuleResult,
    StageResult,
    Status,
    TableResult,
    roll_up_rules,
    roll_up_verdicts,
)
from spectra_gx.validation.run.checkpoint_data import CheckpointOutcome
from spectra_gx.validation.run.stage import StageOutcome
from tests.drawing import drawn

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

NAMES = ("a", "b", "c", "d")


@dataclass
class World:
    """Tables whose rules are decided by which of the tables they read are new."""

    built: tuple[str, ...]
    reads: dict[str, frozenset[str]]
    """Rule → the other tables that it reads."""

    broken: frozenset[tuple[str, frozenset[str]]]
    """(rule, the new ones of the tables that it concerns) under which it does not pass."""

    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    """Table → the tables that it is built of."""

    errored: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    asked: list[frozenset[str]] = field(default_factory=list)

    def status(self, rule: str, held: AbstractSet[str]) -> Status:
        concerned = self.reads[rule] | {rule[0]}
        new = frozenset(concerned & set(self.built)) - held
        if (rule, new) not in self.broken:
            return Status.PASSED
        return Status.ERRORED if rule in self.errored else Status.FAILED

    def check(self, held: AbstractSet[str], tables: AbstractSet[str]) -> StageOutcome:
        self.asked.append(frozenset(held))
        results = []
        for name in sorted(tables):
            rules = tuple(
                RuleResult(
                    rule,
                    self.status(rule, held),
                    "warning" if rule in self.warnings else "critical",
                    None,
                )
                for rule in self.reads
                if rule[0] == name
            )
            results.append(TableResult(name, roll_up_rules(rules), rules, None, 1, 0.0))
        verdict = roll_up_verdicts([one.verdict for one in results])
        stage = StageResult("s", "1.0.0", "e", datetime.now(UTC), verdict, tuple(results), ())
        return StageOutcome(stage, tuple(CheckpointOutcome(one, None, None) for one in results))

    def select(self) -> Selection:
        return select_tables(
            self.built,
            self.check,
            self.check(frozenset(), frozenset(NAMES)),
            self.reads,
            self.needs,
        )

    def fails(self, rule: str, held: AbstractSet[str]) -> bool:
        status = self.status(rule, held)
        critical = status is Status.FAILED and rule not in self.warnings
        return critical or status is Status.ERRORED


@st.composite
def worlds(draw: st.DrawFn) -> World:
    reads = {
        f"{name}.{number}": draw(st.frozensets(st.sampled_from(NAMES), max_size=2)) - {name}
        for name in NAMES
        for number in range(2)
    }
    rules = st.sampled_from(sorted(reads))
    views = [
        (rule, frozenset(chosen))
        for rule, others in reads.items()
        for chosen in draw(
            st.lists(st.frozensets(st.sampled_from(sorted(others | {rule[0]}))), max_size=3)
        )
    ]
    broken = draw(st.frozensets(st.sampled_from(views))) if views else frozenset()
    built = draw(st.lists(st.sampled_from(NAMES), unique=True))
    needs = {
        name: draw(st.frozensets(st.sampled_from(NAMES[:index])))
        for index, name in enumerate(NAMES[1:], 1)
    }
    return World(
        tuple(built), reads, broken, needs, draw(st.frozensets(rules)), draw(st.frozensets(rules))
    )


@drawn(100, many=5000)
@given(worlds())
def test_what_is_published_passes_and_breaks_nothing_that_held(world: World):
    selection = world.select()
    assert sorted(selection.published + selection.held_back) == sorted(world.built)
    held = frozenset(selection.held_back)
    assert not any(world.needs.get(name, frozenset()) & held for name in selection.published)
    for table in selection.outcome.result.tables:
        if table.table in selection.published:
            assert all(one.status is world.status(one.id, held) for one in table.rules)
    for rule in world.reads:
        if rule[0] in selection.published:
            assert not world.fails(rule, held)
        elif selection.published and world.fails(rule, held):
            assert world.status(rule, frozenset(world.built)) is not Status.PASSED


@drawn(50, many=2000)
@given(worlds())
def test_nothing_is_held_back_without_a_reason_and_the_reason_is_shown(world: World):
    selection = world.select()
    if selection.held_back:
        assert selection.outcome.result.verdict is not Status.PASSED
    new = [
        rule for rule in world.reads if rule[0] in world.built and world.fails(rule, frozenset())
    ]
    others = [rule for rule in world.reads if rule[0] not in world.built]
    if not new and not any(world.fails(rule, frozenset()) for rule in others):
        assert selection.held_back == ()
    for table in selection.outcome.result.tables:
        if table.table in selection.published:
            assert table.verdict is Status.PASSED
    assert len(world.asked) <= len(world.built) + 2


def world(built: str, reads: dict[str, str], *broken: tuple[str, str]) -> World:
    return World(
        tuple(built),
        {rule: frozenset(others) for rule, others in reads.items()},
        frozenset((rule, frozenset(new)) for rule, new in broken),
    )


def test_what_is_built_of_a_table_that_is_held_back_is_held_back():
    stage = world("abcd", {"a.0": "", "b.0": "", "c.0": "", "d.0": ""}, ("a.0", "a"))
    stage.needs.update(b=frozenset("a"), c=frozenset("b"))
    found = stage.select()
    assert (found.published, found.held_back) == (("d",), ("a", "b", "c"))


def test_a_table_that_fails_only_beside_a_failing_one_is_published():
    found = world("ab", {"a.0": "b", "b.0": ""}, ("a.0", "ab"), ("b.0", "b")).select()
    assert (found.published, found.held_back) == (("a",), ("b",))
    assert [one.table for one in found.outcome.result.tables if one.verdict != "passed"] == ["b"]


def test_a_table_that_needs_one_that_is_held_back_is_held_back_too():
    found = world("ab", {"a.0": "b", "b.0": ""}, ("a.0", "a"), ("b.0", "b")).select()
    assert (found.published, found.held_back) == ((), ("a", "b"))


def test_a_rule_of_a_published_table_that_held_before_is_not_broken():
    found = world("ab", {"c.0": "a", "b.0": ""}, ("c.0", "a")).select()
    assert (found.published, found.held_back) == (("b",), ("a",))
    assert found.outcome.result.verdict == "failed"


def test_one_that_failed_before_keeps_nothing_back():
    found = world("ab", {"c.0": "a", "b.0": ""}, ("c.0", "a"), ("c.0", "")).select()
    assert (found.published, found.held_back) == (("a", "b"), ())
    assert found.outcome.result.verdict == "failed"


def test_tables_that_fail_only_with_each_other_are_held_back_together():
    found = world("ab", {"a.0": "b", "b.0": "a"}, ("a.0", "ab"), ("b.0", "ab")).select()
    assert (found.published, found.held_back) == ((), ("a", "b"))
