"""`change` of statistics: how far they may move from what the last passed run observed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx import Project
from spectra_gx.causes import Cause
from spectra_gx.compiler.registry import past_parameter
from spectra_gx.errors import ContractError
from spectra_gx.review.compare.rule_changes import compare_rules
from spectra_gx.validation.run.checkpoint import CheckpointRunner
from tests.contract.checking import contract_of, inputs_of, store

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.validation.results import RuleResult

STATISTICS = {
    "mean": 3, "median": 2, "sum": 12, "stdev": 3.5590260840104371, "distinct": 3,
    "null_share": 0.2, "quantile": 2,
}  # fmt: skip
"""Of 0, 2, 2 and 8 and a null."""


def _check(root: Path, rule: str, past: Any) -> RuleResult:
    contract = contract_of(f"shop.a:\n  columns: {{x: double}}\n  rules: [{{id: its, {rule}}}]")
    store(root, "shop.a", {"x": "double"}, [(0.0,), (2.0,), (2.0,), (8.0,), (None,)])
    given = past if isinstance(past, str) else {past_parameter("shop.a.its"): past}
    runner = CheckpointRunner(replace(inputs_of(contract, root), past=given))
    [found] = [one for one in runner.run(contract.tables[0]).result.rules if one.id == "shop.a.its"]
    return found


@pytest.mark.parametrize("kind", STATISTICS)
def test_a_statistic_may_move_so_far(tmp_path: Path, kind: str) -> None:
    value = STATISTICS[kind]
    q = "q: 0.5, " if kind == "quantile" else ""
    rule = f"column: x, {kind}: {{{q}change: {{max: 50%}}}}"
    outcomes = [
        _check(tmp_path / str(part), rule, {"previous": None if part is None else value * part})
        for part in (None, 1, 1.9, 2.1)
    ]
    assert [str(one.status) for one in outcomes] == ["passed", "passed", "passed", "failed"]
    assert outcomes[-1].message.endswith("the last passed run's")
    assert "where the contract wants at most 50% away from" in outcomes[-1].message


def test_bounds_and_change_are_said_together(tmp_path: Path) -> None:
    rule = "column: x, mean: {min: 4, max: 9, change: {max: 20%}}"
    found = _check(tmp_path, rule, {"previous": "12.50"})
    assert found.message == (
        "the mean of `x` is 3 where the contract wants at least 4 and at most 9 and at most 20% "
        "away from 12.50, the last passed run's"
    )


def test_a_log_that_cannot_be_read_leaves_the_rule_errored(tmp_path: Path) -> None:
    found = _check(tmp_path, "column: x, mean: {change: {max: 20%}}", "the log is damaged")
    assert (str(found.status), found.cause) == ("errored", Cause.HISTORY_UNREADABLE)


def test_the_last_run_that_passed_counts(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(
        "contract: shop\nversion: 1.0.0\nowner: Tests\ntables:\n"
        "  shop.a:\n    columns: {x: double}\n"
        "    rules: [{id: total, column: x, sum: {max: 100, change: {max: 50%}}}]\n"
    )
    project = Project.open(tmp_path)

    def check(value: float) -> str:
        store(tmp_path / "warehouse", "shop.a", {"x": "double"}, [(value,)])
        result = project.check("shop", record=True)
        return str(next(one for one in result.all_rules() if one.id == "shop.a.total").status)

    assert [check(value) for value in (10, 4, 10, 1)] == ["passed", "passed", "failed", "failed"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("column: p, sum: {change: {max: 20%}}", "of which the log keeps no values of 'p'"),
        ("column: x, sum: {change: {max: 20%}}, where: p > 1", "names a sensitive column"),
        ("column: x, sum: {change: {max: 20}}", "must be a percentage"),
        ("column: x, sum: {change: {}}", "has no `max`"),
    ],
)
def test_what_is_never_known_is_a_problem(written: str, said: str) -> None:
    with pytest.raises(ContractError) as raised:
        contract_of(
            "shop.a:\n  columns: {x: double, p: {type: double, classification: pii}}\n"
            f"  rules: [{{id: its, {written}}}]"
        )
    assert said in raised.value.problems[0].message


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("{max: 1, change: {max: 20%}}", "{max: 1}", "statistic-widened"),
        ("{change: {max: 20%}}", "{change: {max: 10%}}", "statistic-narrowed"),
    ],
)
def test_a_change_of_change_has_a_direction(old: str, new: str, kind: str) -> None:
    rules = []
    for bounds in (old, new):
        text = f"shop.a:\n  columns: {{x: long}}\n  rules: [{{id: r, column: x, mean: {bounds}}}]"
        rules.append(next(one for one in contract_of(text).rules() if one.id == "shop.a.r"))
    assert [one.kind for one in compare_rules(*rules, None)] == [kind]
