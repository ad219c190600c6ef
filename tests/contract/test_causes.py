"""Every cause of an errored rule is provoked by what it says, and by nothing else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.causes import Cause
from spectra_gx.engines.datafusion.engine import DATAFUSION, DataFusionEngine
from spectra_gx.engines.datafusion.session import DataFusionSession
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of, job_of, outcomes, store, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.run.stage import StageOutcome

CONTRACT = contract_of("shop.a: {columns: {x: long, y: {type: string, pattern: a}}}")
COLUMNS = {"x": "long", "y": "string"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store(tmp_path, "shop.a", COLUMNS, [(1, "a"), (2, "b")])
    return tmp_path


def folder(root: Path) -> Path:
    return Path(Warehouse(root).table_uri("shop.a"))


def causes(outcome: StageOutcome) -> set[Cause]:
    """Return why rules of the table are errored."""
    return {rule.cause for rule in outcomes(outcome).values() if rule.cause is not None}


@dataclass(frozen=True)
class FailingEngine(DataFusionEngine):
    """The engine, on a machine where every query meets an accident."""

    accident: Callable[[], object] = object

    def open(self, snapshot: Snapshot) -> DataFusionSession:
        failing = type("Failing", (FailingSession,), {"accident": staticmethod(self.accident)})
        session: DataFusionSession = failing(snapshot, self.budget)
        return session


class FailingSession(DataFusionSession):
    accident: Callable[[], object]

    def query(self, sql: str, *, reads: Collection[str] = (), **options: Any) -> pa.Table:
        with self._translate_errors(reads):
            self.accident()
        return super().query(sql, reads=reads, **options)

    def stream(
        self, sql: str, *, reads: Collection[str] = (), **options: Any
    ) -> Iterator[pa.Table]:
        with self._translate_errors(reads):
            self.accident()
        yield from super().stream(sql, reads=reads, **options)


def fill_the_disk() -> None:
    with Path("/dev/full").open("wb", buffering=0) as disk:
        disk.write(b"what does not fit into memory")


def fail_inside() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("accident", "cause"), [(fill_the_disk, Cause.DISK_FULL), (fail_inside, Cause.INTERNAL)]
)
def test_an_accident_of_the_machine_or_of_ours(
    root: Path, accident: Callable[[], object], cause: Cause
) -> None:
    engine = FailingEngine(parallel=False, accident=accident)
    outcome = validate(CONTRACT, root, engine)
    assert causes(outcome) == {cause}
    assert outcome.result.verdict == "errored"


def test_a_log_that_nobody_can_read(root: Path) -> None:
    for commit in (folder(root) / "_delta_log").glob("*.json"):
        commit.write_text("{", "utf-8")
    outcome = validate(CONTRACT, root)
    assert causes(outcome) == {Cause.TABLE_UNREADABLE}
    assert outcome.result.tables[0].cause is Cause.TABLE_UNREADABLE


def test_sql_that_is_not_safe_to_run(root: Path) -> None:
    """Lint refuses it; so does a run of a contract that lint has not seen."""
    contract = contract_of("""
    shop.a:
      columns: {x: long, y: string}
      rules: [{id: by-sql, sql: "select * from {table} where x < 0"}]
    """)
    [table] = contract.tables
    rules = [
        replace(rule, argument="drop table a") if rule.kind == "sql" else rule
        for rule in table.table_rules
    ]
    unsafe = replace(contract, tables=(replace(table, table_rules=tuple(rules)),))
    found = outcomes(validate(unsafe, root))
    assert found["shop.a.by-sql"].cause is Cause.SQL_REFUSED
    assert causes(validate(unsafe, root)) == {Cause.SQL_REFUSED}


def test_a_rule_that_the_engine_cannot_check_on_such_a_table(tmp_path: Path) -> None:
    contract = contract_of("""
    shop.a:
      columns: {x: long, y: string}
      rules: [{id: in-order, sorted: {by: [x], order: ascending}}]
    """)
    where = str(Path(Warehouse(tmp_path).table_uri("shop.a")))
    rows = pa.table({"x": [1, 2], "y": ["a", "b"]})
    write_deltalake(where, rows, partition_by=["y"])
    found = outcomes(validate(contract, tmp_path))
    assert found["shop.a.in-order"].cause is Cause.UNSUPPORTED
    assert causes(validate(contract, tmp_path)) == {Cause.UNSUPPORTED}


def test_an_instant_that_the_engine_cannot_compute_with(tmp_path: Path) -> None:
    contract = contract_of("""
    shop.a:
      columns: {x: timestamp, y: string}
      rules:
        - id: by-sql
          sql: "select * from {table} where to_char(x, '%Y') = '4000'"
    """)
    rows = [(datetime(4000, 1, 1, tzinfo=UTC), "a")]
    store(tmp_path, "shop.a", {"x": "timestamp", "y": "string"}, rows)
    found = outcomes(validate(contract, tmp_path))
    assert found["shop.a.by-sql"].cause is Cause.VALUE_OUT_OF_RANGE


def test_a_table_that_is_replaced_while_another_process_is_to_read_it(root: Path) -> None:
    contract = contract_of("""
    shop.a:
      columns: {x: long, y: string}
      rules:
        - id: costly
          sql: "select a.x from {table} as a cross join {table} as b where a.x + b.x < 0"
    """)
    job = job_of(contract, root, engine=replace(DATAFUSION, parallel=False))
    shutil.rmtree(folder(root))
    store(root, "shop.a", COLUMNS, [(3, "c")])
    found = outcomes(validate_stage(job))
    assert found["shop.a.costly"].cause is Cause.SNAPSHOT_CHANGED
    assert "was replaced while it was read" in found["shop.a.costly"].message


def test_every_cause_is_named_by_a_test() -> None:
    texts = [file.read_text("utf-8") for file in Path(__file__).parents[1].rglob("test_*.py")]
    named = {
        cause
        for cause in Cause
        for text in texts
        if f"Cause.{cause.name}" in text or f'"{cause}"' in text
    }
    assert named == set(Cause)
