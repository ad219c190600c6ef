"""What orchestrators say of the JSON of runs and checks."""

from __future__ import annotations

import pytest

from spectra_gx.integrations.command import CommandResult
from spectra_gx.integrations.outcome import explain, runs_in, summarize, table_lines


def rule(name: str, status: str = "failed", severity: str = "critical") -> dict[str, object]:
    message = "" if status == "passed" else f"what is wrong with {name}"
    return {"id": f"shop.order.{name}", "status": status, "severity": severity, "message": message}


def run(*rules: dict[str, object], **facts: object) -> dict[str, object]:
    table = {"table": "shop.order", "verdict": "failed", "rows": 3, "rules": [*rules]}
    return {
        "contract": "shop",
        "verdict": "failed",
        "status": "Failed",
        "error": None,
        "rules": [],
        "tables": [table],
        "published": {},
        "docs_url": "https://docs.example.com/run.html",
        **facts,
    }


def test_a_failed_run_names_three_rules_the_critical_ones_first():
    rules = [rule("a", severity="warning"), rule("b", "passed"), *map(rule, "cdef")]
    assert explain("shop", CommandResult(1, run(*rules))) == (
        "`shop` failed: "
        "shop.order.c (critical) failed: what is wrong with c; "
        "shop.order.d (critical) failed: what is wrong with d; "
        "shop.order.e (critical) failed: what is wrong with e; "
        "and 2 more; see https://docs.example.com/run.html"
    )


def test_a_run_that_was_stopped_says_what_stopped_it():
    stopped = run(verdict="errored", error={"message": "the source is down"}, docs_url=None)
    assert explain("shop", CommandResult(3, stopped)) == "`shop` errored: the source is down"


def test_of_several_days_the_one_that_failed_is_named():
    passed = run(verdict="passed", status="Success")
    days = {"runs": [passed, run(rule("a"))], "not_started": ["2026-11-22"]}
    result = CommandResult(1, days)
    assert runs_in(result) == days["runs"]
    assert explain("shop", result).startswith("`shop` failed: shop.order.a (critical)")


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (CommandResult(2, None, "error: no stage `shop`"), "no stage `shop`"),
        (CommandResult(-9), "the command ended with exit code -9"),
    ],
)
def test_without_json_the_last_line_or_the_exit_code_is_the_reason(result, reason):
    assert explain("shop", result) == f"`shop`: {reason}"


def test_a_line_for_each_table_says_what_was_published():
    rules = [rule("a", "passed"), rule("b", severity="info")]
    found = [*table_lines(run(*rules, published={"shop.order": 4}))]
    assert found == ["shop.order failed: 1 of 2 rules passed, published as version 4"]


def test_a_summary_has_no_rows():
    found = summarize(run(rule("a"), execution_id="shop_1", declared=1))
    assert found == {
        "contract": "shop",
        "execution_id": "shop_1",
        "status": "Failed",
        "verdict": "failed",
        "declared": 1,
        "published": {},
        "docs_url": "https://docs.example.com/run.html",
    }
