"""The log on disk: one commit a run, once, in order, beside other writers."""

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.errors import ActivityLogError, WarehouseError
from spectra_gx.warehouse.delta.reads import read
from spectra_gx.warehouse.delta.writes import replace
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS, LOG_SCHEMA
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.folders import folder_of

PROJECT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EXAMPLES = {"string": "x", "long": 1, "double": 0.5, "timestamp": NOON}


def row(execution_id, record_type="run", **changes):
    needed = {c.name: EXAMPLES[c.type] for c in LOG_COLUMNS if record_type in c.required}
    return {**needed, "record_type": record_type, "execution_id": execution_id, **changes}


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path)


@pytest.fixture
def log(warehouse):
    return DeltaActivityLog(warehouse, "source")


def test_a_log_without_runs_is_empty_and_creates_nothing(warehouse, log):
    assert log.runs() == []
    assert list(folder_of(warehouse).iterdir()) == []


def test_a_run_is_one_commit_of_all_its_rows(warehouse, log):
    rows = [row("r1", "checkpoint"), row("r1", "activity"), row("r1")]
    log.append("r1", rows)
    assert warehouse.version("log.sourcelog") == 1
    assert log.uri == str(folder_of(warehouse) / "Tables" / "log" / "sourcelog")
    table = warehouse.open(log.name)
    assert table.history(1)[0]["execution_id"] == "r1"
    assert table.metadata().configuration == {"delta.logRetentionDuration": "interval 30 days"}
    assert (table.protocol().min_reader_version, table.protocol().min_writer_version) == (1, 2)
    nulls = dict.fromkeys(LOG_SCHEMA.names)
    assert log.runs() == [nulls | stored for stored in rows]


def test_a_run_already_recorded_is_left_alone(warehouse, log):
    log.append("r1", [row("r1")])
    log.append("r1", [row("r1", status="Other")])
    DeltaActivityLog(warehouse, "source").append("r1", [row("r1")])
    assert warehouse.version(log.name) == 1
    assert [stored["status"] for stored in log.runs()] == ["x"]


def test_rows_come_back_oldest_first(log):
    for name, hours in (("a", 1), ("b", 2), ("c", 3)):
        at = NOON + timedelta(hours=hours)
        log.append(
            name,
            [
                row(name, recorded_at=at),
                row(name, "checkpoint", table_name="source.b", recorded_at=at),
                row(name, "checkpoint", table_name="source.a", recorded_at=at),
            ],
        )
    runs = log.runs()
    assert [r["execution_id"] for r in runs] == ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    assert [r["table_name"] for r in runs[:3]] == ["source.a", "source.b", None]
    assert [r["execution_id"] for r in log.runs("run")] == ["a", "b", "c"]
    assert [r["execution_id"] for r in log.runs("run", limit=2)] == ["b", "c"]
    assert [r["record_type"] for r in log.runs(limit=1)] == ["run"]


@pytest.mark.parametrize("hours", [1, -1])
def test_the_run_that_was_recorded_last_is_the_latest_whatever_its_clock_said(log, hours):
    """Two machines take turns; the clock of one of them is an hour off."""
    skew = timedelta(hours=hours)
    for number in range(6):
        at = NOON + timedelta(minutes=number) + (skew if number % 2 else timedelta())
        run = f"r{number}"
        log.append(run, [row(run, kind, recorded_at=at) for kind in ("activity", "run")])
    rows = log.runs()
    assert [r["execution_id"] for r in rows] == [f"r{n}" for n in range(6) for _ in "12"]
    instants = [r["recorded_at"] for r in rows]
    assert instants == sorted(instants)
    assert max(instants) - NOON < timedelta(hours=1, minutes=7)


def test_a_run_is_later_than_one_within_the_same_millisecond(log):
    """Delta's facts about a file may be cut to milliseconds."""
    for number, micros in enumerate((900, 100, 50)):
        at = NOON + timedelta(microseconds=micros)
        log.append(f"r{2 - number}", [row(f"r{2 - number}", recorded_at=at)])
    assert [r["execution_id"] for r in log.runs()] == ["r2", "r1", "r0"]


def test_a_refused_row_stores_nothing(warehouse, log):
    with pytest.raises(ActivityLogError):
        log.append("r1", [row("r1", surprise=1)])
    assert not warehouse.exists(log.name)


def test_a_log_of_an_older_version_gains_the_new_columns(log):
    older = pa.schema([field for field in LOG_SCHEMA if field.name != "fingerprint"])
    write_deltalake(log.uri, pa.Table.from_pylist([row("old")], schema=older))
    assert log.runs()[0]["fingerprint"] is None
    log.append("new", [row("new", fingerprint="f", recorded_at=NOON + timedelta(hours=1))])
    assert [(r["execution_id"], r["fingerprint"]) for r in log.runs()] == [
        ("old", None),
        ("new", "f"),
    ]


def test_a_log_of_a_newer_version_is_still_written(warehouse, log):
    newer = LOG_SCHEMA.append(pa.field("later", pa.string()))
    write_deltalake(log.uri, pa.Table.from_pylist([row("new")], schema=newer))
    log.append("old", [row("old")])
    assert warehouse.read(warehouse.open(log.name), ["later"]).to_pylist() == [{"later": None}] * 2


def test_a_column_of_another_type_is_refused_and_nothing_is_stored(log):
    other = pa.schema(
        [
            field.with_type(pa.string()) if field.name == "row_count" else field
            for field in LOG_SCHEMA
        ]
    )
    write_deltalake(log.uri, other.empty_table())
    with pytest.raises(
        ActivityLogError, match="column `row_count` of the log is `string`, not `long`"
    ):
        log.append("r1", [row("r1")])
    assert log.runs() == []


def test_a_log_that_cannot_be_written_says_so(log):
    log.append("r1", [row("r1")])
    for commit in Path(log.uri, "_delta_log").glob("*.json"):
        commit.write_text("{garbage")
    with pytest.raises(
        ActivityLogError, match="run `r2` could not be recorded: table `log"
    ) as lost:
        log.append("r2", [row("r2")])
    assert "\n" not in str(lost.value)
    assert lost.value.exit_code == 3


def test_small_files_are_merged_and_nothing_is_lost(warehouse):
    log = DeltaActivityLog(warehouse, "source", compact_after=5)
    for number in range(12):
        log.append(f"r{number}", [row(f"r{number}")])
    assert len(warehouse.open(log.name).file_uris()) < 5
    assert sorted(r["execution_id"] for r in log.runs()) == sorted(f"r{n}" for n in range(12))
    log.append("r3", [row("r3")])
    assert len(log.runs()) == 12


def test_two_merges_at_once_double_nothing(warehouse, log):
    """deltalake's own `optimize.compact()` doubles every row here."""
    for number in range(3):
        log.append(f"r{number}", [row(f"r{number}")])
    first, second = warehouse.open(log.name), warehouse.open(log.name)
    replace(first, warehouse.place(log.name), log.name, read(first), execution_id="one")
    rows = read(second)
    with pytest.raises(WarehouseError) as late:
        replace(second, warehouse.place(log.name), log.name, rows, execution_id="other")
    assert late.value.retryable
    assert sorted(r["execution_id"] for r in log.runs()) == ["r0", "r1", "r2"]


def test_a_run_appended_while_files_are_merged_stays(warehouse, log):
    log.append("r0", [row("r0")])
    merging = warehouse.open(log.name)
    log.append("r1", [row("r1")])
    replace(merging, warehouse.place(log.name), log.name, read(merging), execution_id="compaction")
    log.append("r1", [row("r1")])
    assert sorted(r["execution_id"] for r in log.runs()) == ["r0", "r1"]


def test_a_failing_merge_never_fails_the_run(warehouse, caplog):
    log = DeltaActivityLog(warehouse, "source", compact_after=3)
    log.append("r1", [row("r1")])
    log.append("r2", [row("r2")])
    for data in Path(log.uri).glob("*.parquet"):
        data.unlink()
    with caplog.at_level(logging.WARNING):
        log.append("r3", [row("r3")])
    assert "the next run tries again" in caplog.text
    assert DeltaTable(log.uri).transaction_version("r3") == 1


def test_many_processes_lose_and_double_nothing():
    command = [sys.executable, "-m", "tests.campaign.log_writers"]
    figures = ["--processes", "3", "--runs", "4", "--compact-after", "5"]
    run = subprocess.run(
        [*command, *figures], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "16 runs" in run.stdout
    assert "0 rows lost, 0 doubled" in run.stdout
