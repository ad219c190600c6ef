"""What checking may cost: one scan a table, a budget a query, and no held-up exit."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.engines.budget import Budget, run_within
from spectra_gx.engines.datafusion.engine import DataFusionEngine
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics import key_ranges, metric_batch
from spectra_gx.validation.metrics.sample_scan import shared_query
from tests.contract.checking import batch_of, contract_of, outcomes, runner_of, store, validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.metrics.sample_scan import Sample

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
    assert runner._gx.batch.scans == 1


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
    assert runner._gx.batch.scans == 2


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
    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.datafusion.engine import DataFusionEngine
    from tests.contract.checking import contract_of, validate, outcomes
    from tests.contract.test_cost import CROSSED

    engine = DataFusionEngine(Budget(seconds=0.3), parallel=False)
    outcome = validate(contract_of(CROSSED), Path({str(tmp_path)!r}), engine)
    found = outcomes(outcome)["shop.a.its"]
    print(outcome.result.verdict, found.status, found.message, sep="|")
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


HUGE = "email"
for _ in range(9):
    HUGE = f"replace({HUGE}, 'a', 'aaaaaaaa')"
LONG = "ab" * 2000
COSTLY = f"""
shop.a:
  columns: {{id: long, email: string}}
  rules:
    - {{id: huge, column: id, min: 0, where: "{HUGE} = 'x'"}}
    - {{id: huge-too, column: id, max: 5, where: "{HUGE} = 'x'"}}
    - {{id: huge-sql, sql: "select id from {{table}} where {HUGE} = 'x'"}}
    - {{id: long, column: id, max: 5, where: "levenshtein(email || '{LONG}', '{LONG}') > 3"}}
    - {{id: far, column: id, max: 5, where: "levenshtein(email, 'a') > 3"}}
    - {{id: far-sum, column: id, sum: {{max: 5}}, where: "levenshtein(email, 'a') > 3"}}
    - {{id: far-key, column: id, unique: true, where: "levenshtein(email, 'a') > 3"}}
    - {{id: far-json, column: email, format: json, where: "levenshtein(email, 'a') > 3"}}
    - {{id: listed, sql: "select id, array_agg(email) as s from {{table}} group by id"}}
    - {{id: repeated, column: email, pattern: "^(b?){{6000}}$"}}
    - {{id: near, column: id, max: 17}}
shop.b:
  columns: {{id: {{type: long, unique: true}}}}
"""


def test_what_costs_too_much_costs_its_own_rule_alone(tmp_path: Path) -> None:
    rows = [(n, "a" * 300) for n in range(200)]
    store(tmp_path, "shop.a", {"id": "long", "email": "string"}, rows, files=2)
    store(tmp_path, "shop.b", {"id": "long"}, [(1,)])
    engine = DataFusionEngine(Budget(seconds=4, megabytes=300), parallel=False)
    found = outcomes(validate(contract_of(COSTLY), tmp_path, engine))
    for rule in ("huge", "huge-too", "huge-sql"):
        assert "the query needed over 300 MB" in found[f"shop.a.{rule}"].message, rule
        assert found[f"shop.a.{rule}"].cause == "over_budget"
    assert "the query took over 4 s" in found["shop.a.long"].message
    counts = {
        "far": 194, "far-sum": None, "far-key": 0, "far-json": 200, "listed": 200, "repeated": 200,
        "near": 182,
    }  # fmt: skip
    for rule, count in counts.items():
        assert found[f"shop.a.{rule}"].unexpected == count, rule
    assert found["shop.a.far-sum"].observed == 19900
    assert found["shop.b.id.unique"].status == "passed"


def test_what_is_sure_to_be_cheap_starts_no_process(tmp_path: Path) -> None:
    contract = contract_of("""
    shop.a:
      columns: {id: long, email: string}
      rules:
        - {id: cheap, column: id, max: 5, where: "email || '-' || upper(email) like 'a%'"}
        - {id: its, sql: "select id from {table} t where id not in (select id from {table})"}
    """)
    store(tmp_path, "shop.a", {"id": "long", "email": "string"}, [(7, "a")])
    runner = runner_of(contract, tmp_path)
    result = runner.run(contract.tables[0]).result
    assert {rule.id: rule.unexpected for rule in result.rules}["shop.a.cheap"] == 1
    assert runner._gx.batch.session._isolated is None


def test_a_query_that_needs_too_much_memory_is_given_up() -> None:
    held: list[bytearray] = []

    def grow() -> None:
        for _ in range(500):
            held.append(bytearray(b"x" * 4_000_000))
            if released:
                return

    released: list[bool] = []
    try:
        with pytest.raises(EngineError, match="needed over 16 MB; make it cheaper or split"):
            run_within(Budget(seconds=60, megabytes=16), grow)
    finally:
        released.append(True)
        held.clear()


def test_what_a_budget_watches_comes_back_as_it_is() -> None:
    assert run_within(Budget(), partial(sum, (1, 2))) == 3
    with pytest.raises(ZeroDivisionError):
        run_within(Budget(), lambda: 1 // 0)


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
        found = outcomes(validate(contract, root))
        assert all(len(rule.sample) == 20 for rule in found.values() if rule.unexpected)
        seen.add(repr([(rule.id, rule.sample, rule.unexpected) for rule in found.values()]))
    assert len(seen) == 1


def test_very_many_rules_are_asked_in_parts(tmp_path: Path) -> None:
    columns = {f"c{n:03}": "long" for n in range(300)}
    lines = ["shop.a:", "  columns:"]
    lines += [f"    {name}: {{type: long, required: true, not_in: [2]}}" for name in columns]
    lines += ["  rules:", *(f"    - {{id: r{n}, column: c{n:03}, max: 0}}" for n in range(300))]
    contract = contract_of("\n".join(lines))
    store(tmp_path, "shop.a", columns, [(n,) * 300 for n in range(3)])
    runner = runner_of(contract, tmp_path)
    found = {rule.id: rule for rule in runner.run(contract.tables[0]).result.rules}
    for n in range(300):
        assert found[f"shop.a.r{n}"].sample == (1, 2)
        assert found[f"shop.a.c{n:03}.not_in"].sample == (2,)
        assert found[f"shop.a.c{n:03}.required"].status == "passed"
    assert runner._gx.batch.scans == 5


def test_a_bad_expression_takes_no_other_with_it_and_costs_few_scans(tmp_path: Path) -> None:
    store(tmp_path, "shop.a", {"x": "long"}, [(1,), (2,)])
    asking = batch_of(tmp_path, "shop.a")
    asked = [f"count(*) FILTER (WHERE x > {n})" for n in range(64)]
    asked[40] = "count(no_such_column)"
    answers = asking.aggregates(asked)
    assert [answers[one] for one in asked[:3]] == [2, 1, 0]
    assert isinstance(answers[asked[40]], EngineError)
    assert sum(answers[one] for one in asked if one != asked[40]) == 3
    assert asking.scans == 13


KEYED = """
shop.a:
  primary_key: [id]
  columns:
    id: {type: long, required: true, max: 95}
    x: {type: long, max: 0, not_in: [70]}
    d: {type: double, finite: true, min: 0}
"""


def test_rows_to_show_are_looked_for_in_the_order_of_the_key_as_far_as_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"id": "long", "x": "long", "d": "double"}
    contract = contract_of(KEYED)
    rows: list[tuple[int | None, int, float]] = [
        (n, n % 75, float("nan") if n % 2 else -1.0) for n in range(100)
    ]
    rows[99] = (None, 70, -1.0)
    for first in (50, 0, 75, 25):
        part = sorted(rows[first : first + 25], key=lambda row: -row[1])
        store(tmp_path, "shop.a", columns, part)

    def found_and_read() -> tuple[dict[str, tuple[Any, ...]], list[list[str]]]:
        read: list[list[str]] = []

        def query(samples: Sequence[Sample], table: str) -> str:
            read.append([sample.broken for sample in samples])
            return shared_query(samples, table)

        monkeypatch.setattr(metric_batch, "shared_query", query)
        runner = runner_of(contract, tmp_path)
        result = runner.run(contract.tables[0]).result
        assert runner._gx.batch.scans <= 2
        return {rule.id: (rule.unexpected, rule.sample, rule.keys) for rule in result.rules}, read

    whole, at_once = found_and_read()
    monkeypatch.setattr(key_ranges, "_BYTES_A_ROW", 128 * 2**20 // 25)
    parted, parts = found_and_read()
    assert parted == whole
    assert whole["shop.a.id.max"] == (3, (96, 97, 98), ({"id": 96}, {"id": 97}, {"id": 98}))
    assert whole["shop.a.x.not_in"] == (2, (70, 70), ({"id": 70}, {"id": None}))
    assert whole["shop.a.x.max"][1] == tuple(range(1, 21))
    assert [len(asked) for asked in at_once] == [len(parts[0])]
    assert len(parts) == 4
    assert len(parts[0]) == 6
    assert len(parts[-1]) == 3
