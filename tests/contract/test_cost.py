"""What judging may cost: one scan a table, a budget a query, and no held-up exit."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from functools import partial
from pathlib import Path

import pytest

from spectra_gx.errors import EngineError
from spectra_gx.validation.budget import Budget, within
from tests.contract.judging import contract_of, judged, outcomes, runner_of, store

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rules", [1, 30])
def test_a_table_is_scanned_once_however_many_rules(tmp_path: Path, rules: int) -> None:
    lines = [
        "shop.a:",
        "  rows: {min: 1}",
        "  columns: {x: {type: long, required: true}}",
        "  rules:",
    ]
    lines += [
        f"    - {{id: r{n}, column: x, max: {n + 10}, where: x > -{n}}}" for n in range(rules)
    ]
    contract = contract_of("\n".join(lines))
    store(tmp_path, "shop.a", {"x": "long"}, [(n,) for n in range(8)], files=3)
    runner = runner_of(contract, tmp_path)
    result = runner.run(contract.tables[0]).result
    assert (result.verdict, result.rows) == ("passed", 8)
    assert runner._batch().scans == 1


@pytest.mark.parametrize("rules", [20, 200])
def test_failing_rules_share_one_pass_more_however_many_they_are(
    tmp_path: Path, rules: int
) -> None:
    columns = {f"c{n}": "long" for n in range(60)}
    lines = ["shop.a:", "  columns:", *(f"    {name}: long" for name in columns), "  rules:"]
    lines += [f"    - {{id: r{n}, column: c{n % 60}, max: {n % 4}}}" for n in range(rules)]
    contract = contract_of("\n".join(lines))
    store(tmp_path, "shop.a", columns, [(n,) * 60 for n in range(8)], files=2)
    runner = runner_of(contract, tmp_path)
    result = runner.run(contract.tables[0]).result
    failed = {rule.id: rule for rule in result.rules if rule.unexpected}
    assert len(failed) == rules
    assert failed["shop.a.r1"].sample == (2, 3, 4, 5, 6, 7)
    assert runner._batch().scans == 2


CROSSED = """
shop.a:
  columns: {x: {type: long}}
  rules:
    - id: its
      sql: >-
        select sum(a.x * b.x + c.x * d.x) as n from {table} as a cross join {table} as b
        cross join {table} as c cross join {table} as d having sum(a.x) < 0
"""


def test_a_query_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """In a process of its own: an abandoned query goes on until its process ends."""
    store(tmp_path, "shop.a", {"x": "long"}, [(n,) for n in range(1000)])
    script = f"""
    from pathlib import Path
    from spectra_gx.validation.batch import DeltaBatchData
    from spectra_gx.validation.budget import Budget
    from spectra_gx.validation.engine import DeltaExecutionEngine
    from spectra_gx.validation.engines import Engine
    from tests.contract.judging import contract_of, judged, outcomes
    from tests.contract.test_cost import CROSSED

    class Hurried(DeltaBatchData):
        def __init__(self, *given):
            super().__init__(*given, budget=Budget(seconds=0.3))

    engine = Engine(DeltaExecutionEngine, Hurried)
    judgement = judged(contract_of(CROSSED), Path({str(tmp_path)!r}), engine)
    found = outcomes(judgement)["shop.a.its"]
    print(judgement.result.verdict, found.status, found.message, sep="|")
    """
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ended.stdout == (
        "errored|errored|could not be evaluated: "
        "the query took over 0.3 s; make it cheaper or split the rule\n"
    )
    assert time.monotonic() - began < 45


def test_a_query_that_needs_too_much_memory_is_given_up() -> None:
    held: list[bytearray] = []

    def grow() -> None:
        for _ in range(2000):
            held.append(bytearray(b"x" * 4_000_000))
            if released:
                return

    released: list[bool] = []
    try:
        with pytest.raises(EngineError, match="needed over 1 MB; make it cheaper or split"):
            within(Budget(seconds=60, megabytes=1), grow)
    finally:
        released.append(True)
        held.clear()


def test_what_a_budget_watches_comes_back_as_it_is() -> None:
    assert within(Budget(), partial(sum, (1, 2))) == 3
    with pytest.raises(ZeroDivisionError):
        within(Budget(), lambda: 1 // 0)


def test_samples_are_the_same_on_every_run_over_many_files(tmp_path: Path) -> None:
    contract = contract_of("""
    shop.a:
      columns:
        x: {type: long, max: 0, not_in: [1, 2, 3]}
        s: {type: string, format: json, pattern: "^(?!x)", unique: true}
      rules:
        - {id: its, sql: "select s, x from {table}"}
        - {id: pair, unique: [x, s]}
        - {id: parent, references: {columns: [x], table: shop.b, to: [k]}}
    shop.b:
      columns: {k: long}
    """)
    rows = [(n % 17, f"x{n % 23}") for n in range(200)]
    seen = set()
    for turn in range(4):
        root = tmp_path / str(turn)
        store(
            root, "shop.a", {"x": "long", "s": "string"}, rows[turn:] + rows[:turn], files=turn + 1
        )
        store(root, "shop.b", {"k": "long"}, [])
        found = outcomes(judged(contract, root))
        assert all(len(rule.sample) == 20 for rule in found.values() if rule.unexpected)
        seen.add(repr([(rule.id, rule.sample, rule.unexpected) for rule in found.values()]))
    assert len(seen) == 1
