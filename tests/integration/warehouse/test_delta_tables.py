"""Tables on disk: opening, pinning, reading, comparing, replacing."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.contract.model import Table
from spectra_gx.errors import FileError, SchemaMismatchError, TableNotFoundError, WarehouseError
from spectra_gx.profile.profiler import profile
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta.writes import replace
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.folders import folder_of

NAME = "source.endpoints"
DECLARED = Table(NAME, (), ())
COLUMNS = {"path": "string", "n": "long"}


def data(*rows, columns=None):
    columns = columns or COLUMNS
    return pa.Table.from_pylist(
        [dict(zip(columns, row, strict=True)) for row in rows], schema=arrow_schema(columns)
    )


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path / "my lake 1 ü")


def write(warehouse, *rows, name=NAME, columns=None, **options):
    return warehouse.write(name, data(*rows, columns=columns), execution_id="r1", **options)


def rows_of(warehouse, name=NAME, version=None):
    return warehouse.read(warehouse.open(name, version)).to_pylist()


def test_a_write_replaces_the_rows_in_one_commit_and_says_which(warehouse):
    assert not warehouse.exists(NAME)
    assert warehouse.version(NAME) is None
    assert write(warehouse, ("/a", 1), ("/b", 2)) == 0
    assert write(warehouse, ("/c", 3)) == 1
    assert warehouse.version(NAME) == 1
    assert rows_of(warehouse) == [{"path": "/c", "n": 3}]
    assert warehouse.open(NAME).history(1)[0]["execution_id"] == "r1"


def test_a_pinned_handle_keeps_reading_its_version(warehouse):
    write(warehouse, ("/a", 1))
    pinned = warehouse.open(NAME)
    write(warehouse, ("/b", 2), ("/c", 3))
    assert warehouse.read(pinned).to_pylist() == [{"path": "/a", "n": 1}]
    assert warehouse.row_count(pinned) == 1
    assert rows_of(warehouse, version=0) == [{"path": "/a", "n": 1}]
    assert warehouse.row_count(warehouse.open(NAME)) == 2


def test_only_the_columns_asked_for_are_read(warehouse):
    write(warehouse, ("/a", 1))
    assert warehouse.read(warehouse.open(NAME), ["n"]).to_pylist() == [{"n": 1}]
    with pytest.raises(WarehouseError, match="cannot be read"):
        warehouse.read(warehouse.open(NAME), ["N"])


def test_column_names_that_sql_would_misread_are_read(warehouse):
    write(warehouse, (1, 2), columns={'a "B': "long", "select;": "long"})
    assert rows_of(warehouse) == [{'a "B': 1, "select;": 2}]


def test_every_type_comes_back_as_it_was_written_in_plain_layouts(warehouse):
    columns = {
        "s": "string", "b": "boolean", "i8": "byte", "i16": "short", "i32": "integer",
        "i64": "long", "f": "float", "d": "double", "dec": "decimal(12,2)", "day": "date",
        "at": "timestamp", "bin": "binary", "l": "array<string>", "m": "map<string,string>",
        "st": "struct<x:string,y:array<struct<z:timestamp>>>",
    }  # fmt: skip
    schema = arrow_schema(columns)
    now = datetime(2026, 11, 21, 4, 5, 6, 789, tzinfo=UTC)
    row = dict.fromkeys(columns) | {
        "s": "ü", "i8": 1, "day": now.date(), "at": now, "l": ["x", None], "m": [("k", "v")],
        "st": {"x": None, "y": [{"z": now}]},
    }  # fmt: skip
    table = pa.Table.from_pylist([row, dict.fromkeys(columns)], schema=schema)
    warehouse.write(NAME, table, execution_id="r1")
    handle = warehouse.open(NAME)
    assert warehouse.schema(handle) == columns
    assert warehouse.read(handle).cast(schema).sort_by("s").to_pylist() == table.to_pylist()
    assert [f.type for f in warehouse.read(handle).schema][:12] == [f.type for f in schema][:12]
    assert "view" not in str(warehouse.read(handle).schema)


def test_tables_stay_where_every_engine_reads_them(warehouse):
    columns = {"at": "timestamp", "l": "array<timestamp>"}
    now = datetime.now(UTC)
    for _ in range(2):
        write(warehouse, (now, [now]), columns=columns)
    warehouse.write(NAME, data((1,), columns={"x": "long"}), execution_id="r", rebuild=True)
    warehouse.create_empty("source.other", arrow_schema(columns))
    for name in (NAME, "source.other"):
        protocol = warehouse.open(name).protocol()
        assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)


@pytest.mark.parametrize("text", ["timestamp_ntz", "array<timestamp_ntz>"])
def test_a_time_without_a_zone_is_refused_and_nothing_is_written(warehouse, text):
    with pytest.raises(WarehouseError, match=r"column `at` of table .* give them the zone UTC"):
        write(warehouse, columns={"at": text})
    with pytest.raises(WarehouseError, match="give them the zone UTC"):
        warehouse.create_empty(NAME, arrow_schema({"at": text}))
    assert not warehouse.exists(NAME)


@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        ({"path": "string", "n": "double"}, ("/a", 1.5), "column `n` is `long`, not `double`"),
        ({"path": "string", "n": "string"}, ("/a", "12"), "column `n` is `long`, not `string`"),
        ({"path": "long", "n": "long"}, (5, 5), "column `path` is `string`, not `long`"),
        ({"path": "string", "n": "integer"}, ("/a", 1), "column `n` is `long`, not `integer`"),
        ({"path": "string"}, ("/a",), "column `n` would be lost"),
        ({"path": "string", "n": "long", "x": "long"}, ("/", 1, 1), "column `x` is missing"),
        ({"path": "string", "N": "long"}, ("/", 1), "column `N` is missing"),
        ({"n": "long", "path": "string"}, (1, "/a"), "column `path` is where `n` would be"),
    ],
)
def test_what_delta_would_coerce_or_drop_without_a_word_is_refused(warehouse, columns, row, said):
    write(warehouse, ("/a", 1))
    with pytest.raises(SchemaMismatchError, match="run again with `--rebuild`") as refused:
        write(warehouse, row, columns=columns)
    assert said in str(refused.value)
    assert warehouse.version(NAME) == 0
    assert write(warehouse, row, columns=columns, rebuild=True) == 1
    assert warehouse.schema(warehouse.open(NAME)) == columns
    assert list(warehouse.schema(warehouse.open(NAME))) == list(columns)
    assert rows_of(warehouse) == [dict(zip(columns, row, strict=True))]


def test_columns_can_be_moved_again_and_again(warehouse):
    write(warehouse, ("/a", 1))
    for columns in ({"n": "long", "path": "string"}, COLUMNS, {"n": "long", "path": "string"}):
        row = dict.fromkeys(columns)
        write(warehouse, tuple(row.values()), columns=columns, rebuild=True)
        assert list(warehouse.schema(warehouse.open(NAME))) == list(columns)
        write(warehouse, tuple(row.values()), columns=columns)


def test_a_long_difference_names_the_first_few(warehouse):
    write(warehouse, ("/a", 1))
    with pytest.raises(SchemaMismatchError, match="and 3 more; to replace"):
        write(warehouse, columns=dict.fromkeys("abcd", "long"))


def test_what_arrow_cannot_give_exactly_names_its_column(warehouse):
    with pytest.raises(
        WarehouseError, match=r"column `u` of table `source\.endpoints`: Arrow type"
    ):
        warehouse.write(NAME, pa.table({"u": pa.array([1], pa.uint8())}), execution_id="r1")
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(WarehouseError, match="names column `a` twice"):
        warehouse.write(NAME, twice, execution_id="r1")


def test_an_empty_table_is_created_once(warehouse):
    schema = arrow_schema(COLUMNS)
    warehouse.create_empty(NAME, schema)
    warehouse.create_empty(NAME, schema)
    assert warehouse.version(NAME) == 0
    assert rows_of(warehouse) == []
    with pytest.raises(SchemaMismatchError, match="column `n` is `long`, not `string`"):
        warehouse.create_empty(NAME, arrow_schema({"path": "string", "n": "string"}))


def test_a_new_table_without_rows_is_a_table(warehouse):
    assert write(warehouse) == 0
    assert warehouse.row_count(warehouse.open(NAME)) == 0


def test_standing_names_delta_tables_only(warehouse):
    write(warehouse, ("/a", 1))
    write(warehouse, ("/a", 1), name="source.a")
    write(warehouse, ("/a", 1), name="prepare.x")
    (folder_of(warehouse) / "Tables" / "source" / "no_table").mkdir()
    (folder_of(warehouse) / "Tables" / "source" / "begun" / "_delta_log").mkdir(parents=True)
    assert warehouse.list_tables(["source"]) == ["source.a", NAME]
    assert warehouse.list_tables(["source", "prepare", "absent"])[0] == "prepare.x"


def test_a_table_that_is_not_there_says_where_and_what_next(warehouse):
    with pytest.raises(TableNotFoundError, match="run the stage that builds it") as missing:
        warehouse.open(NAME)
    assert warehouse.table_uri(NAME) in str(missing.value)
    assert not folder_of(warehouse).exists()


def test_a_version_that_never_was_names_the_newest(warehouse):
    write(warehouse, ("/a", 1))
    for version in (9, -1):
        with pytest.raises(WarehouseError, match=f"version {version} .* the newest is 0"):
            warehouse.open(NAME, version)


def test_a_vacuumed_version_is_a_kind_error(warehouse):
    write(warehouse, ("/a", 1))
    write(warehouse, ("/b", 2))
    warehouse.open(NAME).vacuum(0, dry_run=False, enforce_retention_duration=False)
    with pytest.raises(WarehouseError, match="perhaps because a vacuum removed it") as gone:
        rows_of(warehouse, version=0)
    assert "\n" not in str(gone.value)
    assert rows_of(warehouse) == [{"path": "/b", "n": 2}]


def edit_first_commit(warehouse, change):
    commit = Path(warehouse.table_uri(NAME), "_delta_log", f"{0:020}.json")
    commit.write_text(change(commit.read_text()))


def test_a_corrupt_log_is_a_kind_error(warehouse):
    write(warehouse, ("/a", 1))
    edit_first_commit(warehouse, lambda _: "{garbage")
    with pytest.raises(WarehouseError, match="cannot be read") as corrupt:
        warehouse.open(NAME)
    assert "\n" not in str(corrupt.value)


@pytest.mark.parametrize(
    "feature",
    [
        *("typeWidening", "typeWidening-preview", "vacuumProtocolCheck", "variantShredding"),
        *("catalogManaged", "geospatial", "unheardOf"),
    ],
)
def test_a_feature_that_is_not_supported_is_named(warehouse, feature):
    write(warehouse, ("/a", 1))
    needs_feature(warehouse, feature)
    with pytest.raises(FileError, match=f"needs the Delta feature `{feature}`, which is not supp"):
        warehouse.open(NAME)
    with pytest.raises(FileError, match=f"needs the Delta feature `{feature}`, which is not supp"):
        profile([NAME], warehouse)


@pytest.mark.parametrize("feature", ["columnMapping", "deletionVectors", "v2Checkpoint"])
def test_features_that_are_supported_stand_in_nobodys_way(warehouse, feature):
    write(warehouse, ("/a", 1))
    needs_feature(warehouse, feature)
    assert rows_of(warehouse) == [{"path": "/a", "n": 1}]


def needs_feature(warehouse, feature):
    old = '"minReaderVersion":1,"minWriterVersion":2'
    named = f'"readerFeatures":["{feature}"],"writerFeatures":["{feature}"]'
    new = f'"minReaderVersion":3,"minWriterVersion":7,{named}'
    edit_first_commit(warehouse, lambda text: text.replace(old, new))


def test_a_type_that_is_not_supported_is_named(warehouse):
    write(warehouse, ("/a", 1))
    edit_first_commit(
        warehouse, lambda text: text.replace('\\"long\\"', '\\"geometry(OGC:CRS84)\\"')
    )
    with pytest.raises(FileError, match=r"a column of type `geometry\(OGC:CRS84\)`, which is not"):
        warehouse.open(NAME)


def test_a_log_that_lacks_something_says_what(warehouse):
    for number in range(4):
        write(warehouse, ("/a", number))
    log = Path(warehouse.table_uri(NAME), "_delta_log")
    kept = (log / f"{0:020}.json").read_text()

    (log / f"{2:020}.json").unlink()
    with pytest.raises(FileError, match="lacks the commits between version 1 and version 3"):
        warehouse.open(NAME)

    for commit in log.glob("*.json"):
        commit.unlink()
    for lost in ("metaData", "protocol"):
        lines = [line for line in kept.splitlines() if lost not in line]
        (log / f"{0:020}.json").write_text("\n".join(lines))
        with pytest.raises(FileError, match="its log does not describe the table; restore"):
            warehouse.open(NAME)


def test_a_file_that_is_gone_is_named_by_init(warehouse):
    write(warehouse, ("/a", 1))
    [file] = Path(warehouse.table_uri(NAME)).glob("*.parquet")
    file.unlink()
    with pytest.raises(WarehouseError, match=f"its file `{file.name}` is missing or incomplete"):
        profile([NAME], warehouse)


def test_the_commit_time_is_that_of_the_very_version(warehouse):
    before = datetime.now(UTC)
    write(warehouse, ("/a", 1))
    between = datetime.now(UTC)
    write(warehouse, ("/b", 2))
    # A copied table has files of another age, and the same commits.
    os.utime(Path(warehouse.table_uri(NAME), "_delta_log", f"{0:020}.json"), (0, 1000))
    first, second = (warehouse.commit_time(DECLARED, version) for version in (0, 1))
    # Delta keeps milliseconds.
    assert before.timestamp() - 0.001 <= first.timestamp() <= between.timestamp()
    assert between.timestamp() - 0.001 <= second.timestamp()
    with pytest.raises(WarehouseError, match=r"the commit of version 7 .* choose a newer version"):
        warehouse.commit_time(DECLARED, 7)


def test_a_commit_that_names_no_time_was_made_when_its_file_was(warehouse):
    write(warehouse, ("/a", 1))

    def without_info(text):
        return "".join(line for line in text.splitlines(True) if "commitInfo" not in line)

    edit_first_commit(warehouse, without_info)
    os.utime(Path(warehouse.table_uri(NAME), "_delta_log", f"{0:020}.json"), (0, 1000))
    assert warehouse.commit_time(DECLARED, 0) == datetime.fromtimestamp(1000, UTC)


def test_a_lost_race_is_a_kind_error_and_changes_nothing(warehouse):
    write(warehouse, ("/a", 1))
    stale = warehouse.open(NAME)
    write(warehouse, ("/b", 2))
    for table in (stale, None):
        with pytest.raises(WarehouseError, match="cannot be written") as lost:
            replace(table, warehouse.place(NAME), NAME, data(("/c", 3)), execution_id="r2")
        assert lost.value.retryable is (table is stale)
    assert rows_of(warehouse) == [{"path": "/b", "n": 2}]


def test_a_column_mapped_table_is_read_under_its_logical_names(warehouse):
    """Such tables come from other engines; deltalake's pyarrow readers give nulls for them."""
    write(warehouse, ("/a", 1))
    log = Path(warehouse.table_uri(NAME), "_delta_log", f"{0:020}.json")
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    for action in actions:
        if "protocol" in action:
            action["protocol"] = {"minReaderVersion": 2, "minWriterVersion": 5}
        if "metaData" in action:
            schema = json.loads(action["metaData"]["schemaString"])
            for number, field in enumerate(schema["fields"], start=1):
                field["metadata"] = {
                    "delta.columnMapping.id": number,
                    "delta.columnMapping.physicalName": field["name"],
                }
                field["name"] += "_renamed"
            action["metaData"]["schemaString"] = json.dumps(schema)
            action["metaData"]["configuration"] = {
                "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "2",
            }  # fmt: skip
    log.write_text("\n".join(map(json.dumps, actions)))
    assert rows_of(warehouse) == [{"path_renamed": "/a", "n_renamed": 1}]
    assert warehouse.schema(warehouse.open(NAME)) == {"path_renamed": "string", "n_renamed": "long"}


def test_several_files_of_a_table_are_all_read(warehouse):
    write(warehouse, ("/a", 1))
    write_deltalake(warehouse.table_uri(NAME), data(("/b", 2)), mode="append")
    assert warehouse.row_count(warehouse.open(NAME)) == 2
    assert sorted(row["n"] for row in rows_of(warehouse)) == [1, 2]


def test_a_folder_that_is_no_table_any_more_can_be_written_again(warehouse):
    write(warehouse, ("/a", 1))
    shutil.rmtree(Path(warehouse.table_uri(NAME), "_delta_log"))
    assert write(warehouse, ("/b", 2)) == 0
    assert rows_of(warehouse) == [{"path": "/b", "n": 2}]


def test_a_file_where_a_table_should_stand_is_told_kindly(warehouse):
    place = Path(warehouse.table_uri(NAME))
    place.parent.mkdir(parents=True)
    place.write_text("no table")

    with pytest.raises(WarehouseError, match=r"` is a file, but a Delta table is a folder"):
        warehouse.open(NAME)
