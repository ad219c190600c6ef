"""Bounds that are learnt from earlier runs: on a public series with known changes, and in runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx import Project
from spectra_gx.compiler.registry import past_parameter
from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.validation.run.checkpoint import CheckpointRunner
from spectra_gx.validation.snapshot.learnt_bounds import Observation, learn_bounds
from tests.contract.checking import contract_of, inputs_of, store
from tests.drawing import drawn

if TYPE_CHECKING:
    from spectra_gx.validation.results import RuleResult

DATA = Path(__file__).parent / "data"
PASSENGERS = "taxi_passengers.csv"
START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday


def _series(file: str) -> list[Observation]:
    lines = [line for line in (DATA / file).read_text().splitlines() if line[0].isdigit()]
    pairs = (line.split(",") for line in lines)
    return [
        Observation(datetime.fromisoformat(day).replace(tzinfo=UTC), float(count))
        for day, count in pairs
    ]


KNOWN = {
    "Thanksgiving": ("2014-11-25", "2014-11-29"),
    "Christmas": ("2014-12-23", "2014-12-27"),
    "New Year": ("2014-12-29", "2015-01-03"),
    "snow storm": ("2015-01-24", "2015-01-29"),
}


@cache
def _unusual(
    sensitivity: str, days: tuple[Observation, ...] = tuple(_series(PASSENGERS))
) -> list[str]:
    found = []
    for number, one in enumerate(days):
        usual = learn_bounds(days[:number], one.at, sensitivity, "week")
        if "low" in usual and not usual["low"] <= one.value <= usual["high"]:
            found.append(one.at.date().isoformat())
    return found


@pytest.mark.parametrize(("sensitivity", "others"), [("low", 3), ("medium", 7), ("high", 15)])
def test_known_changes_are_found_and_few_other_days(sensitivity: str, others: int) -> None:
    found = _unusual(sensitivity)
    for first, last in KNOWN.values():
        assert any(first <= day <= last for day in found)
    assert sum(not any(a <= day <= b for a, b in KNOWN.values()) for day in found) <= others


def test_sensitivities_contain_each_other() -> None:
    low, medium, high = (set(_unusual(name)) for name in ("low", "medium", "high"))
    assert low <= medium <= high


@pytest.mark.parametrize("share", [0.5, 0.7, 1.5])
def test_a_new_level_is_unusual_at_once_and_usual_after_a_while(share: float) -> None:
    days, first = _series(PASSENGERS)[:110], 60  # before the first known change
    shifted = tuple(
        replace(one, value=one.value * (share if number >= first else 1))
        for number, one in enumerate(days)
    )
    found = _unusual("medium", shifted)
    since = [one.at.date().isoformat() for one in days[first:]]
    assert since[:7] == [day for day in since[:7] if day in found]
    assert not set(since[-7:]) & set(found)


@pytest.mark.parametrize("left_out", [3, 7])
def test_missing_days_change_nothing_of_what_is_found(left_out: int) -> None:
    """Every third or seventh day has no run; the seventh is one weekday."""
    days = tuple(one for number, one in enumerate(_series(PASSENGERS)) if number % left_out)
    kept = {one.at.date().isoformat() for one in days}
    found, still_there = _unusual("medium", days), kept.intersection(_unusual("medium"))
    for first, last in KNOWN.values():
        if any(first <= day <= last for day in still_there):
            assert any(first <= day <= last for day in found)
    assert sum(not any(a <= day <= b for a, b in KNOWN.values()) for day in found) <= 9


def _weeks(count: int, monday: float = 400.0) -> list[Observation]:
    """Return a run a day: busy Mondays, and otherwise about 100."""
    return [
        Observation(START + timedelta(days=day), (monday if day % 7 == 0 else 100.0) + day % 3)
        for day in range(count)
    ]


def test_each_weekday_has_its_own_bounds_in_words() -> None:
    usual = learn_bounds(_weeks(28), START + timedelta(days=28), "medium", "week")
    assert usual["known"] == 28
    assert usual["low"] < 401 < usual["high"]
    assert usual["low"] > 200
    assert usual["usual"].endswith(" on Mondays")
    other = learn_bounds(_weeks(28), START + timedelta(days=29), "medium", "week")
    assert other["high"] < 200
    assert other["usual"].endswith(" on Tuesdays")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([10] * 9, "9 to 11"),
        ([2] * 9, "1 to 3"),
        ([1] * 9, "1 to 2"),
        ([0] * 9, "0"),
        ([*[0] * 9, 1], "0 to 1"),
        ([99, 100, 101] * 4, "93 to 107"),
        ([40_000] * 9, "39,100 to 41,000"),
    ],
)
def test_what_is_usual_of_counts_is_a_count(values: list[int], said: str) -> None:
    seen = [Observation(START + timedelta(days=day), value) for day, value in enumerate(values)]
    usual = learn_bounds(seen, START + timedelta(days=len(seen)), "medium", None, whole=True)
    assert usual["usual"] == said


def test_one_more_or_fewer_is_usual_of_a_count() -> None:
    """Of 15 carriers one often does not fly on Saturdays, and on two of them two do not."""
    counts, found = _series("flight_carriers.csv")[:130], []
    for number, one in enumerate(counts):
        usual = learn_bounds(counts[:number], one.at, "high", None, whole=True)
        if "low" in usual and not usual["low"] <= one.value <= usual["high"]:
            found.append(one.at.date().isoformat())
    assert found == ["2013-02-02", "2013-02-09"]


@pytest.mark.parametrize(
    ("count", "season", "known", "needed", "when"),
    [(7, None, 7, 8, ""), (14, "week", 2, 3, " on Mondays"), (2, "day", 2, 3, " at 06:00 UTC")],
)
def test_too_few_values_bound_nothing(
    count: int, season: str | None, known: int, needed: int, when: str
) -> None:
    found = learn_bounds(_weeks(count), START + timedelta(days=count), "high", season)
    assert found == {"known": known, "needed": needed, "when": when}


def test_runs_that_are_repeated_count_once() -> None:
    again = [replace(one, at=one.at + timedelta(minutes=5)) for one in _weeks(2)] * 10
    assert "needed" in learn_bounds(again, START + timedelta(days=2), "low", "week")


@drawn(30)
@example([5e-324, *[0.0] * 7], "low", None)
@given(
    st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=8, max_size=40),
    st.sampled_from(["low", "medium", "high"]),
    st.sampled_from([None, "day", "week"]),
)
def test_bounds_are_finite_and_around_steady_values(
    values: list[float], sensitivity: str, season: str | None
) -> None:
    seen = [Observation(START + timedelta(hours=number), one) for number, one in enumerate(values)]
    usual = learn_bounds(seen, START + timedelta(hours=len(seen)), sensitivity, season)
    if "low" in usual:
        assert usual["low"] <= usual["high"]
    steady = [replace(one, value=values[0]) for one in seen]
    usual = learn_bounds(steady, START + timedelta(hours=len(seen)), sensitivity, None)
    assert usual["low"] <= values[0] + 1e-6
    assert values[0] - 1e-6 <= usual["high"]


# -- in a run --------------------------------------------------------------------------------------

PAST = {"previous": 3, "known": 56, "low": 2.0, "high": 3.0, "usual": "2 to 3 on Mondays"}
LEARNING = {"previous": 3, "known": 2, "needed": 3, "when": " on Mondays"}


def _check(root: Path, past: dict[str, Any], rows: str, rule: str) -> dict[str, RuleResult]:
    contract = contract_of(
        f"shop.a:\n  rows: {rows}\n  columns: {{x: double}}\n  rules: [{{id: its, {rule}}}]"
    )
    store(root, "shop.a", {"x": "double"}, [(4.0,)] * 4)
    given = {past_parameter(name): past for name in ("shop.a.rows", "shop.a.its")}
    runner = CheckpointRunner(replace(inputs_of(contract, root), past=given))
    return {one.id: one for one in runner.run(contract.tables[0]).result.rules}


SEASONAL = "expected: {sensitivity: medium, season: week}"


def test_what_is_unusual_is_a_warning_with_its_numbers(tmp_path: Path) -> None:
    found = _check(
        tmp_path, PAST, f"{{min: 1, {SEASONAL}}}", f"column: x, mean: {{max: 9, {SEASONAL}}}"
    )
    rows, mean = found["shop.a.rows"], found["shop.a.its"]
    assert (rows.status, rows.severity) == (mean.status, mean.severity) == ("failed", "warning")
    assert rows.message == "4 rows; usually 2 to 3 on Mondays (learnt from 56 earlier values)"
    assert mean.message == (
        "the mean of `x` is 4; usually 2 to 3 on Mondays (learnt from 56 earlier values)"
    )


def test_a_bound_beside_it_keeps_its_severity(tmp_path: Path) -> None:
    found = _check(
        tmp_path,
        PAST,
        f"{{max: 1, {SEASONAL}}}",
        f"column: x, severity: critical, mean: {{{SEASONAL}}}",
    )
    assert [found[f"shop.a.{name}"].severity for name in ("rows", "its")] == ["critical"] * 2
    assert found["shop.a.rows"].message == (
        "4 rows where the contract wants at most 1; usually 2 to 3 on Mondays "
        "(learnt from 56 earlier values)"
    )


def test_a_rule_that_is_still_learning_passes_and_says_so(tmp_path: Path) -> None:
    found = _check(tmp_path, LEARNING, f"{{{SEASONAL}}}", f"column: x, mean: {{{SEASONAL}}}")
    said = "no bounds are learnt yet: 2 of 3 earlier values on Mondays are known"
    assert [(str(found[f"shop.a.{name}"].status), found[f"shop.a.{name}"].message)
            for name in ("rows", "its")] == [("passed", said)] * 2  # fmt: skip


def test_bounds_come_from_the_log_of_the_stage(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(
        "contract: shop\nversion: 1.0.0\nowner: Tests\ntables:\n"
        "  shop.a:\n    rows: {expected: {sensitivity: low}}\n    columns: {x: double}\n"
    )
    project = Project.open(tmp_path)
    store(tmp_path / "warehouse", "shop.a", {"x": "double"}, [(1.0,)] * 3)

    def check() -> RuleResult:
        result = project.check("shop", record=True)
        return next(one for one in result.all_rules() if one.id == "shop.a.rows")

    assert check().message == "no bounds are learnt yet: 0 of 8 earlier values are known"
    assert check().message == "no bounds are learnt yet: 1 of 8 earlier values are known"


@pytest.mark.parametrize("severity", ["", ", severity: critical", ", severity: info"])
@pytest.mark.parametrize("bounds", ["", "min: 1, "])
def test_severities_survive_being_dumped(severity: str, bounds: str) -> None:
    contract = contract_of(
        f"shop.a:\n  rows: {{value: {{{bounds}{SEASONAL}}}{severity}}}\n  columns: {{x: double}}\n"
        f"  rules: [{{id: its, column: x, mean: {{{bounds}{SEASONAL}}}{severity}}}]"
    )
    assert parse_contract(dump_contract(contract).encode(), "shop.contract.yaml") == contract


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("column: p, sum: {expected: {sensitivity: low}}", "of which the log keeps no values"),
        ("column: x, sum: {expected: {sensitivity: lowest}}", "must be one of low, medium, high"),
        ("column: x, sum: {expected: {season: week}}", "has no `sensitivity`"),
    ],
)
def test_what_cannot_be_learnt_is_a_problem(written: str, said: str) -> None:
    with pytest.raises(ContractError) as raised:
        contract_of(
            "shop.a:\n  columns: {x: double, p: {type: double, classification: pii}}\n"
            f"  rules: [{{id: its, {written}}}]"
        )
    assert said in raised.value.problems[0].message
