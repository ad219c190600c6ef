"""Iceberg tables: which snapshot and which rows are read, and what is refused by name."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.manifest import DataFileContent
from pyiceberg.schema import Schema
from pyiceberg.types import FixedType, LongType, NestedField, TimeType, UUIDType

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.model import Table
from spectra_gx.errors import ConfigurationError, FileError, TableNotFoundError
from spectra_gx.project import Project
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.pinned_files import rows
from tests.fakes.s3 import serve
from tests.lakes.iceberg import add_deletes, catalogue, create

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spectra_gx.warehouse.file_formats.table_files import TableFiles


def pinned(root: Path, location: str = "lake/t", **options: Any) -> TableFiles:
    table = Table("shop.t", (), (), location=location, format=TableFormat.ICEBERG)
    return Warehouse(root, **options).pin_files(table)


AT = datetime(2026, 1, 31, 12, 30, 0, 123456)
TYPES: dict[str, tuple[pa.DataType, Any]] = {
    "boolean": (pa.bool_(), True),
    "integer": (pa.int32(), -1),
    "long": (pa.int64(), 2**63 - 1),
    "float": (pa.float32(), 0.5),
    "double": (pa.float64(), 0.1),
    "decimal(38,10)": (pa.decimal128(38, 10), Decimal("1.1234567890")),
    "date": (pa.date32(), date(1, 1, 1)),
    "timestamp": (pa.timestamp("us", "UTC"), AT.replace(tzinfo=UTC)),
    "timestamp_ntz": (pa.timestamp("us"), AT),
    "string": (pa.string(), "süß"),
    "binary": (pa.binary(), b"\x00\xff"),
    "array<string>": (pa.list_(pa.string()), ["a", None]),
    "map<string,long>": (pa.map_(pa.string(), pa.int64()), [("a", 1)]),
    "struct<a:long,b:array<double>>": (
        pa.struct({"a": pa.int64(), "b": pa.list_(pa.float64())}),
        {"a": 1, "b": [0.5]},
    ),
}


def test_every_type_is_read_as_the_reference_says(tmp_path: Path) -> None:
    names = {f"c{number}": type_ for number, type_ in enumerate(TYPES)}
    arrays = [pa.array([TYPES[type_][1], None], TYPES[type_][0]) for type_ in names.values()]
    create(tmp_path, "t", pa.table(arrays, names=list(names)))
    files = pinned(tmp_path)

    assert files.types == names
    assert rows(files) == [
        {name: TYPES[type_][1] for name, type_ in names.items()},
        dict.fromkeys(names),
    ]


STRUCT = pa.struct([("k", pa.string())])
NULLS: list[dict[str, Any]] = [
    {"id": 1, "x": None, "m": None, "s": None},
    {"id": 2, "x": [{"k": "a"}, None], "m": [("a", {"k": "b"}), ("b", None)],
     "s": {"k": None, "l": None}},
    {"id": 3, "x": [], "m": [], "s": {"k": "a", "l": []}},
    {"id": 4, "x": None, "m": None, "s": {"k": "b", "l": [{"k": None}]}},
]  # fmt: skip


def test_arrays_that_are_null_are_no_empty_ones(tmp_path: Path) -> None:
    schema = pa.schema({
        "id": pa.int64(), "x": pa.list_(STRUCT), "m": pa.map_(pa.string(), STRUCT),
        "s": pa.struct([("k", pa.string()), ("l", pa.list_(STRUCT))]),
    })  # fmt: skip
    written = pa.Table.from_pylist(NULLS, schema)
    made = create(tmp_path, "t", written.slice(0, 0))
    (tmp_path / "lake/t/data").mkdir(exist_ok=True)
    pq.write_table(written, tmp_path / "lake/t/data/a.parquet")
    made.add_files([f"file://{tmp_path}/lake/t/data/a.parquet"])

    assert rows(pinned(tmp_path)) == NULLS
    assert made.scan().to_arrow().to_pylist() != NULLS  # once it is equal, null_lists can go


def test_types_that_only_iceberg_has(tmp_path: Path) -> None:
    schema = Schema(
        NestedField(1, "u", UUIDType()), NestedField(2, "f", FixedType(2)),
        NestedField(3, "t", TimeType()),
    )  # fmt: skip
    one = UUID("00112233-4455-6677-8899-aabbccddeeff")
    made = catalogue(tmp_path).create_table("shop.t", schema, location=f"file://{tmp_path}/lake/t")
    cells = [
        pa.array([one.bytes, None], pa.binary(16)).cast(pa.uuid()),
        pa.array([b"ab", None], pa.binary(2)),
        pa.array([time(12, 30), None], pa.time64("us")),
    ]
    made.append(pa.table(cells, names=["u", "f", "t"]))
    files = pinned(tmp_path)

    assert files.types == {"u": "string", "f": "binary", "t": "time64[us]"}
    assert [(row["u"], row["f"]) for row in rows(files)] == [(str(one), b"ab"), (None, None)]


def test_columns_that_came_went_and_were_renamed(tmp_path: Path) -> None:
    made = create(tmp_path, "t", pa.table({"a": pa.array([1], pa.int32()), "b": ["x"], "c": [1]}))
    with made.update_schema() as update:
        update.rename_column("b", "name")
        update.delete_column("c")
        update.update_column("a", LongType())
    with made.update_schema() as update:
        update.add_column("b", LongType())
        update.move_first("name")
    later = pa.table({"name": ["y"], "a": [2**40], "b": [3]})
    assert rows(pinned(tmp_path)) == [{"name": "x", "a": 1, "b": None}]
    made.append(later)

    files = pinned(tmp_path)
    assert files.types == {"name": "string", "a": "long", "b": "long"}
    assert sorted(rows(files), key=lambda row: row["a"]) == [
        {"name": "x", "a": 1, "b": None},
        {"name": "y", "a": 2**40, "b": 3},
    ]


def test_the_current_snapshot_is_read(tmp_path: Path) -> None:
    made = create(tmp_path, "t", pa.table({"x": [1, 2]}))
    first = pinned(tmp_path)
    made.overwrite(pa.table({"x": [3]}))
    second = pinned(tmp_path)

    assert (rows(first), rows(second)) == ([{"x": 1}, {"x": 2}], [{"x": 3}])
    assert second.version == str(made.current_snapshot().snapshot_id) != first.version
    made.delete("x = 3")
    assert rows(pinned(tmp_path)) == []


def test_a_table_without_a_snapshot_is_empty(tmp_path: Path) -> None:
    create(tmp_path, "t", pa.table({"x": pa.array([], pa.int64())}))
    files = pinned(tmp_path)

    assert (files.types, rows(files), files.version) == ({"x": "long"}, [], "no snapshot")


def test_rows_that_are_deleted_by_position_are_not_read(tmp_path: Path) -> None:
    made = create(tmp_path, "t", pa.table({"x": [1, 2, 3, 4]}))
    [task] = made.scan().plan_files()
    gone = pa.table({"file_path": [task.file.file_path] * 2, "pos": [0, 2]})
    snapshot = add_deletes(made, gone)
    files = pinned(tmp_path)

    assert (rows(files), files.version) == ([{"x": 2}, {"x": 4}], str(snapshot))


def test_deletes_by_equality_are_refused_by_name(tmp_path: Path) -> None:
    made = create(tmp_path, "t", pa.table({"x": [1, 2]}))
    add_deletes(made, pa.table({"x": [1]}), DataFileContent.EQUALITY_DELETES, [1])

    with pytest.raises(FileError, match="/lake/t` has equality deletes, which pyiceberg does not"):
        pinned(tmp_path)


def test_a_table_that_was_moved_is_read_where_it_is(tmp_path: Path) -> None:
    create(tmp_path, "t", pa.table({"x": [1]}))
    (tmp_path / "lake").rename(tmp_path / "elsewhere")

    assert rows(pinned(tmp_path, "elsewhere/t")) == [{"x": 1}]
    [file] = (tmp_path / "elsewhere/t/metadata").glob("00001-*.json")
    assert rows(pinned(tmp_path, f"elsewhere/t/metadata/{file.name}")) == [{"x": 1}]


@pytest.mark.parametrize("stated", ["/somewhere/else", "{root}/lake/t/../../other"])
def test_files_outside_of_the_folder_are_not_read(tmp_path: Path, stated: str) -> None:
    create(tmp_path, "t", pa.table({"x": [1]}))
    [file] = (tmp_path / "lake/t/metadata").glob("00001-*.json")
    metadata = json.loads(file.read_text())
    lists = metadata["snapshots"][0]["manifest-list"].rpartition("/")[2]
    metadata["snapshots"][0]["manifest-list"] = f"{stated.format(root=tmp_path)}/{lists}"
    file.write_text(json.dumps(metadata))

    with pytest.raises(FileError, match="has files outside of its folder, which are not read"):
        pinned(tmp_path)


# -- files of metadata -----------------------------------------------------------------------------


def renamed(root: Path, *names: str) -> Path:
    """Create a table with two versions of metadata, and rename these."""
    create(root, "t", pa.table({"x": [1]}))
    folder = root / "lake/t/metadata"
    for file, name in zip(sorted(folder.glob("*.metadata.json")), names, strict=True):
        content = file.read_bytes()
        file.unlink()
        (folder / name).write_bytes(gzip.compress(content) if ".gz" in name else content)
    return folder


@pytest.mark.parametrize(
    "names",
    [
        ("v1.metadata.json", "v2.metadata.json"),
        ("v9.metadata.json", "v10.metadata.json"),
        ("v1.gz.metadata.json", "v2.gz.metadata.json"),
        ("00000-a.metadata.json", "00001-b.metadata.json.gz"),
    ],
)
def test_the_newest_metadata_counts(tmp_path: Path, names: tuple[str, str]) -> None:
    renamed(tmp_path, *names)

    assert rows(pinned(tmp_path)) == [{"x": 1}]


@pytest.mark.parametrize("hint", ["1", "2\n", "v1.metadata.json"])
def test_a_hint_is_followed_to_what_came_after_it(tmp_path: Path, hint: str) -> None:
    folder = renamed(tmp_path, "v1.metadata.json", "v2.metadata.json")
    shutil.copy(folder / "v1.metadata.json", folder / "v7.metadata.json")
    (folder / "version-hint.text").write_text(hint)

    assert rows(pinned(tmp_path)) == [{"x": 1}]


def test_which_metadata_counts_is_never_guessed(tmp_path: Path) -> None:
    folder = renamed(tmp_path, "00001-a.metadata.json", "00001-b.metadata.json")
    with pytest.raises(FileError, match="has two files of metadata for its version 1, `00001-a"):
        pinned(tmp_path)
    assert rows(pinned(tmp_path, "lake/t/metadata/00001-b.metadata.json")) == [{"x": 1}]
    (folder / "version-hint.text").write_text("3")
    with pytest.raises(FileError, match="names no file of metadata that is there"):
        pinned(tmp_path)


def test_what_is_no_iceberg_table(tmp_path: Path) -> None:
    (tmp_path / "lake/t/metadata").mkdir(parents=True)
    with pytest.raises(TableNotFoundError, match="there is no Iceberg table at"):
        pinned(tmp_path)
    (tmp_path / "lake/t/rows.parquet").write_bytes(b"")
    with pytest.raises(FileError, match="is not a file of metadata of an Iceberg table"):
        pinned(tmp_path, "lake/t/rows.parquet")


@pytest.mark.parametrize("damaged", ["metadata/*.metadata.json", "metadata/*.avro", "data/*"])
@pytest.mark.parametrize("content", [b"", b"{}", None])
def test_a_damaged_table_is_named(tmp_path: Path, damaged: str, content: bytes | None) -> None:
    create(tmp_path, "t", pa.table({"x": [1]}))
    for file in (tmp_path / "lake/t").glob(damaged):
        file.unlink() if content is None else file.write_bytes(content)

    with pytest.raises((FileError, TableNotFoundError), match="/lake/t"):
        pinned(tmp_path)


def test_a_plain_install_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path, "t", pa.table({"x": [1]}))
    monkeypatch.setitem(sys.modules, "pyiceberg.table", None)

    with pytest.raises(ConfigurationError, match=r"pip install 'spectra-gx\[iceberg\]'"):
        pinned(tmp_path)


# -- commands --------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "contracts").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_contract_of_an_iceberg_table_is_written_checked_and_logged(
    here: Path, command: Callable[..., Any]
) -> None:
    made = create(
        here / "warehouse", "visits", pa.table({"id": [1, 2], "day": [date(2026, 1, 1)] * 2})
    )
    text = Project.open().init(["warehouse/lake/visits"], stage="shop")
    [table] = parse_contract(text.encode(), "x").tables
    assert (table.name, table.location) == ("shop.visits", "lake/visits")
    assert str(table.format) == "iceberg"
    unique = text.replace("id: long", "id: {type: long, unique: true}")
    (here / "contracts/shop.contract.yaml").write_text(unique)

    assert "2 rows  iceberg" in command("run", "shop", "--project", here).out
    snapshot = str(made.current_snapshot().snapshot_id)
    assert snapshot in command("log", "shop", "--json", "--project", here).out
    made.append(pa.table({"id": [1], "day": [date(2026, 1, 1)]}))
    checked = command("check", "shop", "--json", "--project", here)
    [found] = json.loads(checked.out)["tables"]
    assert (checked.code, found["rows"], found["delta_version"]) == (1, 3, None)
    assert found["snapshot"] == str(made.current_snapshot().snapshot_id) != snapshot


def test_a_table_in_an_object_store_is_read_by_the_contracts_credentials_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path, "t", pa.table({"x": [1, 2]}))
    for s3 in serve():
        s3.upload(tmp_path / "lake/t", "moved/t")
        monkeypatch.setenv("PYICEBERG_CATALOG__DEFAULT__URI", "http://127.0.0.1:9")
        monkeypatch.setenv("AWS_PROFILE", "of-somebody-else")
        files = pinned(tmp_path, "s3://lake/moved/t", access=s3.access)

        assert rows(files) == [{"x": 1}, {"x": 2}]
