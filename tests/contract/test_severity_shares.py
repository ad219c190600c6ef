"""Severity by share: the highest that is reached, its message, and when rows are quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.model import Severity
from spectra_gx.errors import ContractError
from spectra_gx.review.compare.rule_changes import compare_rules
from spectra_gx.runner.checks.proven_rules import is_row_rule
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.validation.run.stage import validate_stage
from tests.contract.checking import contract_of, job_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """
shop.a:
  quarantine: true
  columns: {x: {type: long, min: {value: 0, severity: {warning: 0.29, critical: 0.5}}}}
  rules: [{id: q, sql: "select * from {table} where x < 0", severity: {info: 0, critical: 0.5}}]
"""


def _rows(root: Path, failing: int, count: int = 100) -> None:
    store(root, "shop.a", {"x": "long"}, [(-1 if one < failing else 1,) for one in range(count)])


@pytest.mark.parametrize(
    ("failing", "status", "severity", "message"),
    [
        (0, "passed", "critical", ""),
        (29, "passed", "critical", ""),
        (
            30,
            "failed",
            "warning",
            "30 of 100 rows: `x` is below 0 (warning above 29 % of the rows)",
        ),
        (50, "failed", "warning", None),
        (
            51,
            "failed",
            "critical",
            "51 of 100 rows: `x` is below 0 (critical above 50 % of the rows)",
        ),
    ],
)
def test_the_highest_severity_that_is_reached(
    tmp_path: Path, failing: int, status: str, severity: str, message: str | None
) -> None:
    _rows(tmp_path, failing)
    outcome = validate(contract_of(TABLE), tmp_path)
    found = outcomes(outcome)
    rule = found["shop.a.x.min"]
    assert (rule.status, rule.severity, rule.unexpected) == (status, severity, failing)
    assert message is None or rule.message == message
    query = found["shop.a.q"]
    wanted = "critical" if failing > 50 else "info" if failing else "critical"
    assert (query.status == "passed", query.severity) == (failing == 0, wanted)
    assert (outcome.result.verdict == "passed") == (failing <= 50)
    [checkpoint] = outcome.checkpoints
    assert checkpoint.gx is not None
    agreed = {one.expectation_config.meta["rule"]: one.success for one in checkpoint.gx.results}
    assert agreed["shop.a.x.min"] == (status == "passed")


@pytest.mark.parametrize("failing", [50, 51])
def test_rows_are_quarantined_when_critical_is_reached(tmp_path: Path, failing: int) -> None:
    _rows(tmp_path, failing)
    contract = contract_of(TABLE)
    job = job_of(contract, tmp_path)
    [result] = validate_stage(job).result.tables
    split = split_rows(contract.tables[0], result, job.snapshot, job.clock)
    assert (0 if split is None else split.count) == (failing if failing > 50 else 0)


def test_a_query_over_an_empty_table_exceeds_every_share(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  columns: {x: long}\n  rules: [{id: q, severity: {warning: 0.1, critical: 0.9}, "
        'sql: "select 1 as n from {table} having count(*) = 0"}]\n'
    )
    store(tmp_path, "shop.a", {"x": "long"}, [])
    found = outcomes(validate(contract, tmp_path))["shop.a.q"]
    assert (found.status, found.severity) == ("failed", "critical")


def test_shares_are_dumped_and_never_proven() -> None:
    contract = contract_of(TABLE)
    assert parse_contract(dump_contract(contract).encode(), "shop.contract.yaml") == contract
    [rule] = [one for one in contract.rules() if one.kind == "min"]
    assert rule.shares == ((Severity.WARNING, 0.29), (Severity.CRITICAL, 0.5))
    assert not is_row_rule(rule)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("critical", "{critical: 0}", None),
        ("critical", "{warning: 0, critical: 0.1}", "severity-shares-widened"),
        ("{critical: 0.5}", "{warning: 0.1, critical: 0.5}", "severity-shares-narrowed"),
        ("warning", "{warning: 0.1, critical: 0.5}", "severity-shares-changed"),
    ],
)
def test_shares_compare_with_plain_severities(old: str, new: str, kind: str | None) -> None:
    rules = []
    for severity in (old, new):
        text = f"shop.a:\n  columns: {{x: {{type: long, min: {{value: 0, severity: {severity}}}}}}}"
        rules.append(next(one for one in contract_of(text).rules() if one.kind == "min"))
    found = [difference.kind for difference in compare_rules(*rules, None)]
    assert found == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("min: {value: 0, severity: {critical: 1}}", "must be a share of rows from 0 and below 1"),
        ("min: {value: 0, severity: {}}", "is empty"),
        ("min: {value: 0, severity: {warning: 0.2, critical: 0.1}}", "a higher share for a higher"),
        ("min: {value: 0, severity: {fatal: 0.2}}", "unknown key 'fatal'"),
        ("min: {value: 0, mostly: 0.9, severity: {warning: 0.2}}", "`mostly` beside shares"),
        ("type: {value: long, severity: {warning: 0.2}}", "takes no shares of severities"),
    ],
)
def test_what_makes_no_sense_is_a_problem(written: str, said: str) -> None:
    keys = written if written.startswith("type") else f"type: long, {written}"
    with pytest.raises(ContractError) as raised:
        contract_of(f"shop.a:\n  columns: {{x: {{{keys}}}}}")
    assert said in raised.value.problems[0].message
