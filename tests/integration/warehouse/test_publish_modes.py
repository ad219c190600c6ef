"""What publishing a batch does to a table, its commits and its folder; what it refuses."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.errors import (
    HeadMovedError,
    SchemaMismatchError,
    UsageError,
    ValidationError,
    WarehouseError,
)
from spectra_gx.warehouse.delta.reads import read
from spectra_gx.warehouse.delta.table_place import local_place
from spectra_gx.warehouse.publishing.batches import batch_commits
from spectra_gx.warehouse.publishing.candidate import build_candidate
from spectra_gx.warehouse.publishing.commits import publish_table
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.pending import find_pending
from spectra_gx.warehouse.publishing.roll_forward import (
    discard_pending,
    finish_pending,
    publish_batch,
)
from spectra_gx.warehouse.publishing.rollback import plan_rollback, roll_back
from spectra_gx.warehouse.publishing.watermarks import (
    Watermark,
    as_text,
    from_text,
    largest,
    later,
    stored_watermark,
)
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import Staging, sweep
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.folders import folder_of
from tests.fakes.publications import NAME, batch, prepare, publish, rows_of

REPLACE, APPEND, MERGE = map(
    PublishOptions, (PublishMode.REPLACE, PublishMode.APPEND, PublishMode.MERGE)
)
MONDAY = PublishOptions(PublishMode.REPLACE_WHERE, replace_where="day = 'mon'")
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "my lake")


def orders(*rows):
    ids, days = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"id": pa.array(ids, pa.int64()), "day": pa.array(days, pa.string())})


def commit(warehouse, version):
    log = Path(warehouse.table_uri(NAME), "_delta_log", f"{version:020}.json")
    return [json.loads(line) for line in log.read_text().splitlines()]


def files(warehouse):
    return sorted(path.name for path in Path(warehouse.table_uri(NAME)).rglob("*.parquet"))


# -- commits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [REPLACE, APPEND, MERGE])
def test_a_commit_says_which_batch_it_has(warehouse, options):
    publish(warehouse, "b 1", orders((1, "mon")), options)
    mark = Watermark("id", "long", "2")
    assert publish(warehouse, "b 2", orders((2, "tue")), options, watermark=mark) == 1
    actions = commit(warehouse, 1)
    (info,) = [action["commitInfo"] for action in actions if "commitInfo" in action]
    assert info["spectra_gx"] == {
        "batch_id": "b 2",
        "execution_id": "run_b 2",
        "stage": "shop",
        "mode": str(options.publish),
        "watermark": {"column": "id", "type": "long", "value": "2"},
    }
    assert info["execution_id"] == "run_b 2"
    assert {"appId": "spectra_gx/batch/b 2", "version": 1} in [a.get("txn") for a in actions]
    assert all("run_b" in name and name[0] not in "._" for name in files(warehouse))
    assert warehouse.open(NAME).metadata().configuration == {
        "delta.setTransactionRetentionDuration": "interval 365 days"
    }


def test_data_is_not_written_a_second_time(warehouse):
    with Staging(warehouse, "run_b1") as staging:
        publication = prepare(warehouse, staging, orders((1, "mon")), APPEND)
        publish_batch(warehouse, staging, batch("b1"), [publication])
        (published,) = Path(warehouse.table_uri(NAME)).glob("*.parquet")
        assert published.stat().st_nlink == 2
        staging.settle()
    assert rows_of(warehouse) == [(1, "mon")]


def test_where_links_are_refused_files_are_copied(warehouse, monkeypatch):
    def refuse(*_):
        raise OSError(1, "not permitted")

    # What a mount without hard links answers.
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    publish(warehouse, "b2", orders((2, "mon")), MERGE)
    assert rows_of(warehouse) == [(1, "mon"), (2, "mon")]


def test_a_batch_that_changes_no_row_makes_an_empty_commit(warehouse):
    options = replace(MERGE, order_by="day")
    publish(warehouse, "b1", orders((1, "tue")), MERGE)
    mark = Watermark("id", "long", "1")
    assert publish(warehouse, "b2", orders((1, "mon")), options, watermark=mark) == 1
    assert [kind for action in commit(warehouse, 1) for kind in action] == ["commitInfo", "txn"]
    assert stored_watermark(warehouse.open(NAME), "id") == (mark, True)


@pytest.mark.parametrize("instant", [datetime.min, datetime.max])
def test_instants_at_the_ends_of_the_calendar_are_keys(warehouse, instant):
    for number, day in enumerate(("mon", "tue")):
        keys = pa.array([instant, NOW], pa.timestamp("us", "UTC"))
        publish(warehouse, f"b{number}", pa.table({"id": keys, "day": [day, day]}), MERGE)
    stored = warehouse.read(warehouse.open(NAME))
    assert sorted(stored["day"].to_pylist()) == ["tue", "tue"]


def test_a_new_column_is_added_in_one_commit(warehouse):
    publish(warehouse, "b1", orders((1, "mon"), (2, "tue")), MERGE)
    wider = pa.table({"id": [2, 3], "new": [0.5, 1.5], "day": ["wed", "thu"]})
    assert publish(warehouse, "b2", wider, MERGE) == 1
    assert list(warehouse.schema(warehouse.open(NAME))) == ["id", "new", "day"]
    assert rows_of(warehouse) == [(1, None, "mon"), (2, 0.5, "wed"), (3, 1.5, "thu")]
    with pytest.raises(SchemaMismatchError, match="column `new` would be lost"):
        publish(warehouse, "b3", orders((1, "mon")), MERGE)
    assert publish(warehouse, "b4", orders((1, "mon")), REPLACE, rebuild=True) == 2
    assert list(warehouse.schema(warehouse.open(NAME))) == ["id", "day"]


def test_a_slice_keeps_the_columns_of_its_table_and_no_rebuild_is_advised(warehouse):
    publish(warehouse, "b1", orders((1, "mon"), (2, "tue")), REPLACE)
    narrow = orders((1, "mon")).set_column(0, "id", pa.array([1], pa.int32()))
    with pytest.raises(SchemaMismatchError, match="keep these columns, also with `--rebuild`"):
        publish(warehouse, "b2", narrow, MONDAY, rebuild=True)
    assert rows_of(warehouse) == [(1, "mon"), (2, "tue")]


def test_what_a_log_forgets_the_transaction_still_knows(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    publish(warehouse, "b2", orders((2, "mon")), APPEND)
    table = warehouse.open(NAME)
    table.create_checkpoint()
    for version in (0, 1):
        Path(warehouse.table_uri(NAME), "_delta_log", f"{version:020}.json").unlink()
    with Staging(warehouse, "run_b1") as staging:
        publication = prepare(warehouse, staging, orders((1, "mon")), APPEND)
        assert publish_table(warehouse, publication, batch("b1"), "") is None
    assert rows_of(warehouse) == [(1, "mon"), (2, "mon")]


class LostAnswers(Warehouse):
    """A warehouse whose commits are made, but reported as failed."""

    def open(self, name, version=None):
        return _Lossy(super().open(name, version))


class _Lossy:
    def __init__(self, table):
        self._table = table

    def __getattr__(self, name):
        return getattr(self._table, name)

    def __arrow_c_stream__(self, *_):
        raise NotImplementedError

    def create_write_transaction(self, *given, **more):
        self._table.create_write_transaction(*given, **more)
        raise OSError("the answer was lost")


def test_after_an_error_the_table_says_whether_the_commit_was_made(tmp_path):
    plain = Warehouse(tmp_path)
    publish(plain, "b1", orders((1, "mon")), APPEND)
    with Staging(plain, "run_b2") as staging:
        publication = prepare(plain, staging, orders((2, "mon")), APPEND)
        assert publish_table(LostAnswers(tmp_path), publication, batch("b2"), "") == 1
    assert rows_of(plain) == [(1, "mon"), (2, "mon")]


# -- heads that move ------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [APPEND, MERGE, MONDAY])
def test_a_table_with_other_rows_has_to_be_checked_again(warehouse, options):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    with Staging(warehouse, "run_b2") as staging:
        publication = prepare(warehouse, staging, orders((1, "mon"), (2, "mon")), options)
        write_deltalake(warehouse.table_uri(NAME), orders((9, "mon")), mode="append")
        with pytest.raises(HeadMovedError, match="has to be checked again") as moved:
            publish_batch(warehouse, staging, batch("b2"), [publication])
        assert moved.value.exit_code == 3
    assert not (folder_of(warehouse, "Files") / "_staging").exists()
    assert rows_of(warehouse) == [(1, "mon"), (9, "mon")]
    assert not [name for name in files(warehouse) if "run_b2" in name]


def test_a_table_made_in_its_place_is_another_one(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    with Staging(warehouse, "run_b2") as staging:
        publication = prepare(warehouse, staging, orders((2, "mon")), APPEND)
        write_deltalake(warehouse.table_uri(NAME) + "2", orders((7, "mon")))
        Path(warehouse.table_uri(NAME)).rename(warehouse.table_uri(NAME) + "1")
        Path(warehouse.table_uri(NAME) + "2").rename(warehouse.table_uri(NAME))
        with pytest.raises(HeadMovedError):
            publish_batch(warehouse, staging, batch("b2"), [publication])
    assert rows_of(warehouse) == [(7, "mon")]


@pytest.mark.parametrize("options", [APPEND, MERGE, MONDAY])
def test_a_compaction_needs_no_new_check(warehouse, options):
    for number in range(3):
        publish(warehouse, f"b{number}", orders((number, "mon")), APPEND)
    with Staging(warehouse, "run_c") as staging:
        publication = prepare(warehouse, staging, orders((1, "mon"), (5, "mon")), options)
        warehouse.open(NAME).optimize.compact()
        assert publish_batch(warehouse, staging, batch("c"), [publication]) == {NAME: 4}
        staging.settle()
    expected = {
        APPEND: [(0, "mon"), (1, "mon"), (1, "mon"), (2, "mon"), (5, "mon")],
        MERGE: [(0, "mon"), (1, "mon"), (2, "mon"), (5, "mon")],
        MONDAY: [(1, "mon"), (5, "mon")],
    }
    assert rows_of(warehouse) == expected[options]


def test_replace_does_not_depend_on_what_is_there(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), REPLACE)
    with Staging(warehouse, "run_b2") as staging:
        publication = prepare(warehouse, staging, orders((2, "mon")), REPLACE)
        write_deltalake(warehouse.table_uri(NAME), orders((9, "mon")), mode="append")
        assert publish_batch(warehouse, staging, batch("b2"), [publication]) == {NAME: 2}
        staging.settle()
    assert rows_of(warehouse) == [(2, "mon")]


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        ([(1, "mon"), (1, "tue")], MERGE, "2 rows of the batch .* null or not unique"),
        ([(None, "mon")], MERGE, "1 rows of the batch .* null or not unique"),
        ([(1, "mon"), (2, None)], MONDAY, "1 rows of the batch .* do not meet its `replace_where`"),
    ],
)
def test_a_batch_that_its_mode_cannot_publish(warehouse, rows, options, words):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    with pytest.raises(ValidationError, match=words) as refused:
        publish(warehouse, "b2", orders(*rows), options)
    assert refused.value.exit_code == 1
    assert warehouse.version(NAME) == 0


def test_a_table_with_features_that_give_files_another_meaning(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    warehouse.open(NAME).alter.add_constraint({"positive": "id > 0"})
    with pytest.raises(WarehouseError, match='only `publish = "replace"` works'):
        publish(warehouse, "b2", orders((2, "mon")), APPEND)
    publish(warehouse, "b3", orders((3, "mon")), REPLACE)
    assert rows_of(warehouse) == [(3, "mon")]
    assert batch("b3").is_published(warehouse.open(NAME))


def test_conditions_over_partitions_are_answered_row_by_row(warehouse):
    # deltalake takes a file that such a filter cannot decide on for one that meets it.
    data = orders((1, "mon"), (2, "tue"))
    write_deltalake(warehouse.table_uri(NAME), data, partition_by=["day"])
    odd = PublishOptions(
        PublishMode.REPLACE_WHERE, replace_where="CASE WHEN day = 'mon' THEN true ELSE false END"
    )
    publish(warehouse, "b1", orders((3, "mon")), odd)
    assert rows_of(warehouse) == [(2, "tue"), (3, "mon")]


# -- what dead runs leave -------------------------------------------------------------------------


class Killed(BaseException):
    """In place of a signal."""


class Dying(Staging):
    """Staging whose run dies as soon as it has decided."""

    def decide(self, content):
        super().decide(content)
        raise Killed


def leave_pending(warehouse, options, data, log_rows=()):
    with pytest.raises(Killed), Dying(warehouse, "run_b2") as staging:
        publication = prepare(
            warehouse, staging, data, options, watermark=Watermark("id", "long", "5")
        )
        bad = pa.table({
            "id": [7], "day": ["?"], "error_reason": ["x"], "warning_reason": ["y"],
            "rule_ids": [["r"]], "execution_id": ["run_b2"], "quarantined_at": [NOW],
            "quarantine_batch_id": ["b2"],
        })  # fmt: skip
        staging.split(NAME, [data], [bad])
        staged = replace(publication.staged, delta=staging.open(NAME))
        publication = replace(publication, staged=staged)
        publish_batch(warehouse, staging, batch("b2"), [publication], log_rows)


@pytest.mark.parametrize("options", [REPLACE, APPEND, MERGE, MONDAY])
def test_a_decided_batch_is_published_by_the_next_of_its_stage(warehouse, options):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    row = {"execution_id": "run_b2", "start_time": NOW}
    leave_pending(warehouse, options, orders((5, "mon")), [row])
    assert sweep(warehouse) == []
    assert find_pending(warehouse, "other", [NAME]) == []
    for _ in range(2):
        (completed,) = finish_pending(warehouse, "shop", [NAME])
        assert completed.published == {NAME: 1}
        assert completed.pending.log_rows == (row,)
    expected = [(5, "mon")] if options in (REPLACE, MONDAY) else [(1, "mon"), (5, "mon")]
    assert rows_of(warehouse) == expected
    assert stored_watermark(warehouse.open(NAME), "id")[0].python == 5
    (entry,) = Quarantine(warehouse, "shop").entries(NAME)
    assert (entry.execution_id, entry.rows) == ("run_b2", 1)
    discard_pending(warehouse, completed.pending)
    assert finish_pending(warehouse, "shop", [NAME]) == []
    assert not (folder_of(warehouse, "Files") / "_staging").exists()


def test_a_decided_batch_whose_table_has_been_changed_is_named(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    leave_pending(warehouse, APPEND, orders((5, "mon")))
    write_deltalake(warehouse.table_uri(NAME), orders((9, "mon")), mode="append")
    (completed,) = finish_pending(warehouse, "shop", [NAME])
    assert completed.published == {}
    assert list(completed.failed) == [NAME]
    assert Quarantine(warehouse, "shop").entries(NAME) == []
    assert rows_of(warehouse) == [(1, "mon"), (9, "mon")]


def test_a_decision_that_cannot_be_read_stops_the_stage(warehouse):
    leave_pending(warehouse, APPEND, orders((5, "mon")))
    (folder_of(warehouse, "Files") / "_staging" / "run_b2" / "publish.json").write_text(
        '{"format": 99}'
    )
    with pytest.raises(WarehouseError, match="was about to publish"):
        finish_pending(warehouse, "shop", [NAME])


# -- rollback -------------------------------------------------------------------------------------


def back(warehouse, batch_id, **more):
    (plan,) = plan_rollback(warehouse, [NAME, "shop.other"], batch(batch_id), **more)
    return roll_back(warehouse, plan, batch(f"undo {batch_id}"))


def test_a_batch_is_taken_back_and_may_come_again(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), MERGE, watermark=Watermark("id", "long", "1"))
    publish(
        warehouse, "b2", orders((1, "x"), (2, "y")), MERGE, watermark=Watermark("id", "long", "2")
    )
    assert back(warehouse, "b2") == 2
    assert rows_of(warehouse) == [(1, "mon")]
    table = warehouse.open(NAME)
    assert table.transaction_version("spectra_gx/batch/b2") == 2
    assert not batch("b2").is_published(table)
    assert batch_commits(table)[0].rolled_back == ("b2",)
    assert stored_watermark(table, "id") == (Watermark("id", "long", "1"), True)
    with pytest.raises(UsageError, match="no table of stage `shop` has batch `b2`"):
        back(warehouse, "b2")
    assert publish(warehouse, "b2", orders((3, "z")), MERGE) == 3
    assert rows_of(warehouse) == [(1, "mon"), (3, "z")]
    assert back(warehouse, "b1", through=True) == 4
    assert rows_of(warehouse) == []


def test_later_batches_are_taken_back_only_if_asked(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    wider = pa.table({"id": [2], "day": ["tue"], "new": [1]})
    publish(warehouse, "b2", wider, APPEND)
    publish(warehouse, "b3", wider, APPEND)
    with pytest.raises(UsageError, match=r"later batches than `b2`: `b3`; .*`--through`"):
        back(warehouse, "b2")
    back(warehouse, "b2", through=True)
    assert rows_of(warehouse) == [(1, "mon")]
    assert batch_commits(warehouse.open(NAME))[0].rolled_back == ("b3", "b2")


def test_rows_of_somebody_else_are_not_lost(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), APPEND)
    publish(warehouse, "b2", orders((2, "mon")), APPEND)
    warehouse.open(NAME).optimize.compact()
    write_deltalake(warehouse.table_uri(NAME), orders((9, "mon")), mode="append")
    with pytest.raises(WarehouseError, match=r"version 3 of table .* written by something else"):
        back(warehouse, "b2")


def test_a_version_whose_files_are_gone_cannot_come_back(warehouse):
    publish(warehouse, "b1", orders((1, "mon")), REPLACE)
    publish(warehouse, "b2", orders((2, "mon")), REPLACE)
    warehouse.open(NAME).vacuum(0, dry_run=False, enforce_retention_duration=False)
    with pytest.raises(WarehouseError, match="cannot be brought back to version 0"):
        back(warehouse, "b2")
    assert rows_of(warehouse) == [(2, "mon")]


# -- watermarks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_text", "text"),
    [
        ("long", "-7"),
        ("string", "ü"),
        ("decimal(10,2)", "1.50"),
        ("decimal(38,10)", "0.0000000001"),
        ("double", "0.1"),
        ("date", "2026-02-28"),
        ("timestamp", "2026-02-28T23:59:59.000001Z"),
    ],
)
def test_a_watermark_is_the_same_after_it_was_text(type_text, text):
    assert as_text(from_text(text, type_text)) == text


@pytest.mark.parametrize("type_text", ["double", "decimal(10,2)"])
def test_what_is_no_number_is_no_watermark(type_text):
    with pytest.raises(UsageError, match="'NaN' is not a value of type"):
        from_text("NaN", type_text)


def staged(tmp_path, *values, name="s"):
    write_deltalake(str(tmp_path / name), pa.table({"at": pa.array(values)}))
    return DeltaTable(str(tmp_path / name))


def test_the_largest_built_value_counts_wherever_its_row_went(tmp_path):
    good = staged(tmp_path, NOW - timedelta(1), None)
    bad = staged(tmp_path, NOW + timedelta(1), NOW - timedelta(hours=1), name="b")
    found = largest(NAME, "at", "timestamp", [good], [bad], NOW)
    assert found.python == NOW - timedelta(hours=1)
    with pytest.raises(ValidationError, match="than the run's clock"):
        largest(NAME, "at", "timestamp", [bad], [], NOW)
    found = largest(NAME, "at", "timestamp", [bad], [], NOW, allow_future=True)
    assert found.python == NOW + timedelta(1)
    found = largest(NAME, "at", "timestamp", [good], [bad], NOW, allow_future=True)
    assert found.python == NOW - timedelta(hours=1)


def test_a_watermark_never_decreases():
    five, nothing = Watermark("n", "long", "5"), Watermark("n", "long", None)
    assert later(five, Watermark("n", "long", "10")).value == "10"
    assert later(Watermark("n", "long", "10"), five).value == "10"
    assert later(five, nothing) == five
    assert later(None, nothing) == nothing
    assert later(Watermark("other", "long", "9"), five) == five


def test_lateness_moves_days_and_instants_back():
    hours = timedelta(hours=2)
    assert Watermark("d", "date", "2026-03-01").earlier(hours).value == "2026-02-28"
    instant = Watermark("t", "timestamp", "2026-03-01T01:00:00.000000Z")
    assert instant.earlier(hours).value == "2026-02-28T23:00:00.000000Z"
    assert Watermark("n", "long", "5").earlier(hours).value == "5"
    assert Watermark("d", "date", "0001-01-01").earlier(hours).value == "0001-01-01"
    first = Watermark("t", "timestamp", "0001-01-01T00:00:00.000000Z")
    assert first.earlier(hours) == first


def test_the_candidate_is_the_table_after_publishing(warehouse, tmp_path):
    publish(warehouse, "b1", orders((1, "mon"), (2, "tue")), APPEND)
    with Staging(warehouse, "run_b2") as staging:
        publication = prepare(warehouse, staging, orders((2, "wed")), MERGE)
        assert sorted(read(publication.candidate.delta).to_pydict()["day"]) == ["mon", "wed"]
        folder = local_place(tmp_path / "again")
        again = build_candidate(publication.staged, warehouse.open(NAME), folder)
        assert again.counts == publication.candidate.counts
