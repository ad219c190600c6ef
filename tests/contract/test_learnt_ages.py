"""Freshness whose longest age is learnt from earlier runs: of known delays, and in runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx import Project
from spectra_gx.compiler.registry import past_parameter
from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.language.environments import apply_environment
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.review.compare.rule_changes import compare_rules
from spectra_gx.validation.run.checkpoint import CheckpointRunner
from spectra_gx.validation.snapshot.earlier_values import past_of
from tests.contract.checking import CLOCK, contract_of, inputs_of, store
from tests.drawing import drawn

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.contract.model import Rule
    from spectra_gx.validation.results import RuleResult

MONDAY = datetime(2026, 1, 5, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = "shop.a.its"


def _rule(column: str, expected: str) -> Rule:
    contract = contract_of(
        f"shop.a:\n  columns: {{x: {column}}}\n"
        f"  rules: [{{id: its, freshness: {{column: x, expected: {expected}}}}}]"
    )
    return contract.tables[0].table_rules[-1]


def _late(rule: Rule, runs: list[tuple[datetime, Any]], at: datetime, newest: datetime) -> bool:
    past = past_of(rule, [(start, {RULE: str(one)}) for start, one in runs], at)
    return "high" in past and (at - newest).total_seconds() > past["high"]


# -- tables with known delays ----------------------------------------------------------------------


def _loads(days: int) -> list[datetime]:
    """Return when a table was loaded: on working days, some minutes after five."""
    every = (MONDAY.replace(hour=5) + day * DAY for day in range(days))
    return [
        at + timedelta(minutes=at.day * 7 % 20)
        for at in every
        if at.weekday() < 5  # a Saturday's
    ]


def _newest(loads: list[datetime], at: datetime) -> datetime:
    return max(load for load in loads if load <= at)


@pytest.mark.parametrize("sensitivity", ["low", "medium", "high"])
def test_a_day_without_a_load_is_late(sensitivity: str) -> None:
    loads = _loads(66)  # until a Wednesday
    runs = [(at, _newest(loads, at)) for at in (MONDAY + day * DAY for day in range(65))]
    at = MONDAY + 65 * DAY
    newest = _newest(loads, at)
    rule = _rule("timestamp", f"{{sensitivity: {sensitivity}, season: week}}")
    assert _late(rule, runs, at, newest - DAY)
    assert not _late(rule, runs, at, newest - timedelta(minutes=5))
    assert not _late(rule, runs, at, at)  # nothing is too new


def test_a_weekend_without_loads_is_usual_and_a_monday_without_is_not() -> None:
    loads = _loads(63)
    runs = [(at, _newest(loads, at)) for at in (MONDAY + day * DAY for day in range(63))]
    rule = _rule("timestamp", "{sensitivity: medium, season: week}")
    friday = _newest(loads, MONDAY + 62 * DAY)
    assert [_late(rule, runs, MONDAY + day * DAY, friday) for day in (60, 61, 62, 63, 64)] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_new_hour_of_loading_is_late_until_it_is_usual() -> None:
    rule = _rule("timestamp", "{sensitivity: medium}")
    days = [MONDAY + day * DAY for day in range(40)]
    runs = [(at, at - (2 * HOUR if at < days[20] else 8 * HOUR)) for at in days]
    found = [_late(rule, runs[:day], at, newest) for day, (at, newest) in enumerate(runs)]
    assert found[:20] == [False] * 20
    assert found[20:24] == [True] * 4
    assert not any(found[-5:])


def test_the_hour_of_a_check_does_not_make_a_day_older() -> None:
    rule = _rule("date", "{sensitivity: high}")
    runs = [(at, at.date() - DAY) for at in (MONDAY + day * DAY for day in range(20))]
    evening = MONDAY + 20 * DAY + 15 * HOUR
    past = past_of(rule, [(start, {RULE: str(one)}) for start, one in runs], evening)
    assert past["usual"] == "at most 1d 1h"
    assert past["high"] < 2 * 86400


@drawn(30)
@given(
    st.lists(st.integers(-100_000, 10_000_000), min_size=8, max_size=20),
    st.sampled_from([None, "day", "week"]),
    st.sampled_from(["timestamp", "{type: timestamp_ntz, timezone: Europe/Vienna}", "date"]),
)
def test_sensitivities_contain_each_other_and_what_never_changed_is_usual(
    ages: list[int], season: str | None, column: str
) -> None:
    zone = ZoneInfo("Europe/Vienna" if "ntz" in column else "UTC")
    at, days = MONDAY + len(ages) * DAY, [MONDAY + day * DAY for day in range(len(ages))]

    def longest(sensitivity: str, of_runs: list[int]) -> float | None:
        rule = _rule(
            column, f"{{sensitivity: {sensitivity}{f', season: {season}' * bool(season)}}}"
        )
        newest = [
            (day - timedelta(seconds=age)).astimezone(zone)
            for day, age in zip(days, of_runs, strict=True)
        ]
        texts = [str(one.date()) if column == "date" else _spelt(one, column) for one in newest]
        runs = [(day, {RULE: text}) for day, text in zip(days, texts, strict=True)]
        return past_of(rule, runs, at).get("high")

    found = [longest(one, ages) for one in ("high", "medium", "low")]
    assert found == [None] * 3 or sorted(found) == found
    steady = longest("high", [3600] * len(ages))
    assert steady is None or column == "date" or 3600 < steady < 4000


def _spelt(instant: datetime, column: str) -> str:
    return str(instant.replace(tzinfo=None) if "ntz" in column else instant)


# -- in a run --------------------------------------------------------------------------------------

PAST = {"known": 56, "low": 0.0, "high": 5700.0, "usual": "at most 1h 35m at 00:00 UTC"}
LEARNT = "usually at most 1h 35m at 00:00 UTC (learnt from 56 earlier values)"
SEASONAL = "expected: {sensitivity: medium, season: day}"


def _check(root: Path, past: dict[str, Any], said: str, newest: datetime | None) -> RuleResult:
    contract = contract_of(f"shop.a:\n  columns: {{x: timestamp}}\n  rules: [{{id: its, {said}}}]")
    store(root, "shop.a", {"x": "timestamp"}, [(newest,), (None,)])
    inputs = replace(inputs_of(contract, root), past={past_parameter(RULE): past})
    [found] = [
        one
        for one in CheckpointRunner(inputs).run(contract.tables[0]).result.rules
        if one.id == RULE
    ]
    return found


NEWEST = CLOCK.as_of - 4 * HOUR


@pytest.mark.parametrize(
    ("bounds", "options", "severity", "message"),
    [
        ("", "", "warning", f"the newest `x` is {NEWEST.isoformat()}, 4h old; {LEARNT}"),
        (
            "",
            "severity: critical, ",
            "critical",
            f"the newest `x` is {NEWEST.isoformat()}, 4h old; {LEARNT}",
        ),
        (
            "max_age: 24h, ",
            "",
            "warning",
            f"the newest `x` is {NEWEST.isoformat()}, 4h old; {LEARNT}",
        ),
        (
            "max_age: 1h, ",
            "",
            "critical",
            f"the newest `x` is {NEWEST.isoformat()}, more than 1h old; {LEARNT}",
        ),
    ],
)
def test_what_is_older_than_usual_is_a_warning_with_its_numbers(
    tmp_path: Path, bounds: str, options: str, severity: str, message: str
) -> None:
    said = f"{options}freshness: {{column: x, {bounds}{SEASONAL}}}"
    found = _check(tmp_path, PAST, said, NEWEST)
    assert (str(found.status), found.severity, found.message) == ("failed", severity, message)


def test_a_table_without_a_date_is_late(tmp_path: Path) -> None:
    found = _check(tmp_path, PAST, f"freshness: {{column: x, {SEASONAL}}}", None)
    assert (str(found.status), found.severity) == ("failed", "warning")
    assert found.message == f"no row is dated in `x`; {LEARNT}"


def test_a_limit_counts_while_a_rule_is_still_learning(tmp_path: Path) -> None:
    learning = {"known": 2, "needed": 8, "when": ""}
    fresh = _check(tmp_path / "fresh", learning, f"freshness: {{column: x, {SEASONAL}}}", NEWEST)
    assert (str(fresh.status), fresh.message) == (
        "passed",
        "no bounds are learnt yet: 2 of 8 earlier values are known",
    )
    said = f"freshness: {{column: x, max_age: 1h, {SEASONAL}}}"
    late = _check(tmp_path / "late", learning, said, NEWEST)
    assert (str(late.status), late.severity) == ("failed", "critical")
    assert late.message == f"the newest `x` is {NEWEST.isoformat()}, more than 1h old"


@pytest.mark.parametrize("column", ["timestamp", "date", "{type: timestamp_ntz, timezone: UTC}"])
def test_ages_come_from_the_log_of_the_stage(tmp_path: Path, column: str) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(
        f"contract: shop\nversion: 1.0.0\nowner: Tests\ntables:\n  shop.a:\n"
        f"    columns: {{x: {column}}}\n    rules:\n"
        "      - {id: its, freshness: {column: x, expected: {sensitivity: low}}}\n"
    )
    project = Project.open(tmp_path)
    kind = "timestamp_ntz" if "ntz" in column else column
    values = {"timestamp": NEWEST, "date": NEWEST.date()}
    newest = values.get(kind, NEWEST.replace(tzinfo=None))
    store(tmp_path / "warehouse", "shop.a", {"x": kind}, [(newest,)])
    found = []
    for _ in range(2):
        result = project.check("shop", record=True)
        found += [one.message for one in result.all_rules() if one.id == RULE]
    assert found == [
        f"no bounds are learnt yet: {known} of 8 earlier values are known" for known in (0, 1)
    ]


@pytest.mark.parametrize("severity", ["", ", severity: critical", ", severity: info"])
@pytest.mark.parametrize("bounds", ["", "max_age: 24h, "])
def test_severities_survive_being_dumped(severity: str, bounds: str) -> None:
    contract = contract_of(
        "shop.a:\n  columns: {x: {type: timestamp_ntz, timezone: Europe/Vienna}}\n"
        f"  rules: [{{id: its, freshness: {{column: x, {bounds}{SEASONAL}}}{severity}}}]"
    )
    assert parse_contract(dump_contract(contract).encode(), "shop.contract.yaml") == contract


def test_an_environment_may_learn_in_another_way() -> None:
    contract = contract_of(
        "shop.a:\n  columns: {x: timestamp}\n"
        f"  rules: [{{id: its, freshness: {{column: x, max_age: 1d, {SEASONAL}}}}}]",
        "environments:\n  dev: {shop.a.its: {column: x, expected: {sensitivity: low}}}\n",
    )
    rule = apply_environment(contract, "dev").tables[0].table_rules[-1]
    assert rule.argument == {
        "expected": {"sensitivity": "low", "severity": "warning"}, "timezone": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{column: x}", "bounds nothing; give `max_age`, `expected` or both"),
        ("{column: p, expected: {sensitivity: low}}", "of which the log keeps no values"),
        ("{column: x, expected: {sensitivity: low}, max_age: soon}", "must be a duration"),
    ],
)
def test_what_cannot_be_learnt_is_a_problem(said: str, message: str) -> None:
    with pytest.raises(ContractError) as raised:
        contract_of(
            "shop.a:\n  columns: {x: timestamp, p: {type: timestamp, classification: pii}}\n"
            f"  rules: [{{id: its, freshness: {said}}}]"
        )
    assert message in raised.value.problems[0].message


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("max_age: 1d", f"max_age: 1d, {SEASONAL}", ["freshness-narrowed"]),
        (f"max_age: 1d, {SEASONAL}", SEASONAL, ["freshness-widened"]),
        (SEASONAL, "max_age: 1d", ["freshness-narrowed", "freshness-widened"]),
        (SEASONAL, SEASONAL.replace("medium", "low"), ["freshness-widened"]),
        (SEASONAL, SEASONAL.replace("day", "week"), ["expected-changed"]),
        (SEASONAL, SEASONAL, []),
    ],
)
def test_changes_have_a_direction(old: str, new: str, found: list[str]) -> None:
    rules = [
        contract_of(
            "shop.a:\n  columns: {x: timestamp}\n"
            f"  rules: [{{id: its, severity: warning, freshness: {{column: x, {said}}}}}]"
        ).tables[0].table_rules[-1]
        for said in (old, new)
    ]  # fmt: skip
    assert [one.kind for one in compare_rules(*rules, None)] == found
