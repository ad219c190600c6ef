"""What checking a batch costs that is appended to a table which the log proves.

Row rules are compared with a scan of the batch, and with the same check of a table that has nothing
else; key, reference and statistics rules with a full check of the table after publishing. Each
measurement is a process of its own; seconds are of the processor, which other work on the machine
changes less than the clock; ratios are medians of interleaved rounds.

    python -m benchmarks.added_rows --rows 2000000 --batch 500000 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from deltalake import DeltaTable, QueryBuilder, write_deltalake

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.runner.checks.incremental import AddedRows, validate_in_parts
from spectra_gx.runner.checks.proven_rules import is_row_rule
from spectra_gx.validation.results import Status
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import pin_again, take_snapshot
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.candidate import build_candidate
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.queries import fetch
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS, TINY, CUSTOMERS = "shop.orders", "shop.tiny", "shop.customers"
COLUMNS = """
      id: {type: long, required: true, min: 0}
      customer: {type: long, required: true, min: 0, max: 100000}
      code: {type: string, required: true, pattern: "^O-[0-9]+$", max_length: 12}
      price: {type: double, required: true, above: 0, finite: true}
      state: {type: string, enum: [new, paid, sent, done]}
"""
CONTRACT = f"""
contract: shop
version: 1.0.0
owner: benchmarks
purpose: Orders that grow.
tables:
  shop.orders:
    primary_key: [id]
    columns:{COLUMNS}
    rules:
      - {{id: customers, references: {{columns: [customer], table: shop.customers, to: [id]}}}}
      - {{id: usual, column: price, mean: {{min: 0, max: 2000}}}}
  shop.tiny:
    columns:{COLUMNS}
  shop.customers:
    columns:
      id: long
"""
_ROW = (
    "i AS id, i % 100000 AS customer, concat('O-', CAST(i AS VARCHAR)) AS code, "
    "1.0 + CAST((i * 7919) % 100000 AS DOUBLE) / 100.0 AS price, "
    "CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' ELSE 'done' END AS state"
)


def write(root: Path, name: str, first: int, count: int, row: str = _ROW) -> None:
    """Append rows that follow from their numbers."""
    numbers = f"(SELECT value AS i FROM generate_series({first}, {first + count - 1}))"
    rows = QueryBuilder().execute(f"SELECT {row} FROM {numbers}").read_all()
    write_deltalake(Warehouse(root).table_uri(name), rows, mode="append")


def prepare(root: Path, rows: int, batch: int) -> None:
    """Write the published table, the batch, the table as it will be and the one it becomes."""
    write(root, CUSTOMERS, 0, 100_000, "i AS id")
    write(root, TINY, 0, 10)
    for part in range(4):
        write(root, ORDERS, part * rows // 4, rows // 4)
    write(root, "batch.orders", rows, batch)
    warehouse = Warehouse(root)
    options = PublishOptions(PublishMode.APPEND)
    staged = StagedTable(ORDERS, warehouse.open("batch.orders"), options, ("id",))
    build_candidate(staged, warehouse.open(ORDERS), str(root / "candidate"))
    write(root, ORDERS, rows, batch)


# -- what is measured -----------------------------------------------------------------------------


def measure(root: Path, what: str) -> float:
    """Return what a check takes of the processor; what a first one loads is left out."""
    contract = parse_contract(CONTRACT.encode(), "shop.contract.yaml")
    warehouse = Warehouse(root)
    clock = RunClock(datetime.now(UTC), "benchmark")
    contracts = {contract.name: contract}
    snapshot = take_snapshot(warehouse, contract, contracts)
    job = ValidationJob(contract, contracts, warehouse, snapshot, clock, contract.tables)
    tables = {table.name: table for table in contract.tables}
    orders, tiny = tables[ORDERS], tables[TINY]
    row_rules = {rule.id for rule in orders.rules if is_row_rule(rule)}
    others = {rule.id for rule in orders.rules} - row_rules
    batch = warehouse.open("batch.orders")
    pinned = snapshot.tables[ORDERS]
    candidate = pin_again(pinned, DeltaTable(str(root / "candidate/table")))
    as_it_will_be = replace(job, snapshot=replace(
        snapshot, tables={**snapshot.tables, ORDERS: candidate}
    ))  # fmt: skip
    alone = replace(job, snapshot=replace(
        snapshot, tables={**snapshot.tables, ORDERS: pin_again(pinned, batch)}
    ))  # fmt: skip
    part = AddedRows(select_rules(orders, row_rules), 0, pin_again(pinned, batch))

    def check(one: ValidationJob, rules: set[str], parts: list[AddedRows]) -> None:
        table = select_rules(orders, rules)
        chosen = replace(one, contract=replace(contract, tables=(table,)), tables=(table,))
        result = validate_in_parts(chosen, parts).result
        if result.verdict is not Status.PASSED:
            raise SystemExit(repr(result))

    def scan() -> None:
        columns = ", ".join(
            f"count({column.name}), max({column.name})" for column in orders.columns
        )
        fetch({"s": batch}, f"SELECT {columns} FROM s", "the batch cannot be read")

    checks: dict[str, Callable[[], None]] = {
        "scan of the batch": scan,
        "row rules, batch alone": lambda: check(alone, row_rules, []),
        "row rules, append": lambda: check(as_it_will_be, row_rules, [part]),
        "row rules, all rows": lambda: check(as_it_will_be, row_rules, []),
        "other rules, append": lambda: check(as_it_will_be, others, []),
        "other rules, full check": lambda: check(job, others, []),
    }
    validate_stage(replace(job, contract=replace(contract, tables=(tiny,)), tables=(tiny,)))
    began = _processor_seconds()
    checks[what]()
    return _processor_seconds() - began


def _processor_seconds() -> float:
    """Return what this process and those that it has ended took of the processor."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


MEASURED = (
    *("scan of the batch", "row rules, batch alone", "row rules, append", "row rules, all rows"),
    *("other rules, append", "other rules, full check"),
)
RATIOS = (
    ("row rules, append", "scan of the batch"),
    ("row rules, append", "row rules, batch alone"),
    ("row rules, append", "row rules, all rows"),
    ("other rules, append", "other rules, full check"),
)


def main() -> None:
    """Measure each check in turn, several times, and print seconds, memory and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--batch", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "WHAT"))
    given = parser.parse_args()
    if given.measure:
        folder, what = given.measure
        seconds = measure(Path(folder), what)
        status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        peak = next(line for line in status if line.startswith("VmHWM"))
        sys.stdout.write(json.dumps([seconds, int(peak.split()[1]) / 1024]))
        return
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), given.rows, given.batch)
        rounds = [
            {what: _in_process(folder, what) for what in MEASURED} for _ in range(given.rounds)
        ]
    for what in MEASURED:
        middle = median(one[what][0] for one in rounds)
        highest = max(one[what][1] for one in rounds)
        sys.stdout.write(f"{what:<26}{middle:8.2f} s {highest:7.0f} MB\n")
    for dividend, divisor in RATIOS:
        ratio = median(one[dividend][0] / one[divisor][0] for one in rounds)
        sys.stdout.write(f"{dividend} / {divisor}: {ratio:.2f}\n")


def _in_process(folder: str, what: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.added_rows", "--measure", folder, what]
    seconds, peak = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return seconds, peak


if __name__ == "__main__":
    main()
