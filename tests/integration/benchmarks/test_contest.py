"""The benchmark still runs, offline, with what the project itself has; and believes no liar."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import validation
from benchmarks.contest import Entry, compete
from benchmarks.rules import CASES, name
from benchmarks.wide_table import FAULTS, unexpected
from spectra_gx.contract.loading import parse_contract

if TYPE_CHECKING:
    from pathlib import Path

EXPECTED = {"id.unique": 2, "rows": 0}


def saying(answers: object) -> Entry:
    return Entry([sys.executable, "-c", f"print('some noise'); print({json.dumps(answers)!r})"])


def test_ours_and_the_floor_count_what_is_broken(tmp_path: Path, capfd):
    options = ["--rows", "0.02", "--rounds", "1", "--failing", "5", "--contenders", "ours"]
    assert validation.main([*options, "--data", str(tmp_path)]) == 0
    out = capfd.readouterr().out
    assert "orders: 20,000 rows, 30 rules, 5 of them failing" in out
    assert out.count("30 of 30") == 2
    assert "1.00 ×" in out


@pytest.mark.parametrize(("case", "rules"), [("orders", 30), ("sixty", 200)])
def test_a_contract_promises_what_contenders_are_asked(case, rules):
    asked = CASES[case]
    [table] = parse_contract(asked.contract().encode(), "bench.contract.yaml").tables
    declared = {rule.id.removeprefix(f"{asked.table}.") for rule in table.rules}
    names = {name(rule) for rule in asked.rules}
    assert len(names) == rules
    assert names <= declared


def test_a_table_can_break_every_rule_that_reads_rows():
    counts = unexpected(CASES["orders"].table, 20_000, len(FAULTS))
    assert len(counts) == 30
    assert [rule for rule, count in counts.items() if not count] == ["rows"]
    assert counts["id.unique"] == 4
    assert unexpected(CASES["orders"].table, 5, len(FAULTS)) == dict.fromkeys(counts, 0)


def test_a_contender_may_leave_rules_out():
    entries = {"whole": saying(EXPECTED), "half": saying({"rows": 0})}
    found = {one.name: one.answered for one in compete(entries, EXPECTED, 1)}
    assert found == {"whole": 2, "half": 1}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"id.unique": 1, "rows": 0}, "id.unique: 1 rather than 2"),
        ({"id.uniqe": 2}, "id.uniqe: 2 rather than not asked"),
        ({}, "nothing"),
    ],
)
def test_a_contender_that_answers_otherwise_ends_everything(answers, told):
    with pytest.raises(SystemExit, match=told):
        compete({"liar": saying(answers)}, EXPECTED, 1)


def test_a_contender_that_breaks_ends_everything():
    broken = Entry([sys.executable, "-c", "raise OSError('no such table')"])
    with pytest.raises(SystemExit, match="no such table"):
        compete({"broken": broken}, EXPECTED, 1)
