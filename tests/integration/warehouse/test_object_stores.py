"""Tables in an object store: Delta, Parquet and CSV, and what may never be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import QueryBuilder, write_deltalake
from pydantic import SecretStr

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import FileError, TableNotFoundError, WarehouseError
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.addresses import StoreKind
from spectra_gx.warehouse.file_formats import table_files
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.s3 import KEY, SECRET, FakeS3, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD = "it's [x] %20 ü#.parquet"


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeS3]:
    for served in serve():
        folder = tmp_path_factory.mktemp("lake")
        (folder / "parquet" / "sub").mkdir(parents=True)
        pq.write_table(pa.table({"x": [1, 2]}), folder / "parquet" / "a.parquet")
        pq.write_table(pa.table({"x": [3]}), folder / "parquet" / "sub" / ODD)
        (folder / "csv").mkdir()
        (folder / "csv" / "a.csv").write_text("x\n1\n2\n3\n")
        (folder / "csv" / "broken.csv").write_text("x\n1,2\n")
        write_deltalake(folder / "delta", pa.table({"x": [1, 2, 3]}))
        write_deltalake(folder / "delta", pa.table({"x": [4]}), mode="append")
        served.upload(folder, "t")
        yield served


@pytest.fixture
def warehouse(s3: FakeS3, tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path, s3.access)


def access(**options: str) -> StoreAccess:
    keys = {"aws_access_key_id": SecretStr(KEY), "aws_secret_access_key": SecretStr(SECRET)}
    return StoreAccess({StoreKind.S3: {**keys, "allow_http": "true", **options}})


def table(location: str, format_: str) -> Table:
    columns = (Column("x", "long", ()),)
    where = f"s3://lake/{location}"
    return Table("shop.t", columns, (), location=where, format=TableFormat(format_))


def values(pinned: table_files.TableFiles) -> list[Any]:
    query = QueryBuilder()
    for statement in pinned.statements("t"):
        query.execute(statement).read_all()
    found: list[Any] = query.execute("SELECT x FROM t ORDER BY x").read_all()["x"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("location", "format_", "found"),
    [
        ("t/parquet/a.parquet", "parquet", [1, 2]),
        ("t/parquet", "parquet", [1, 2, 3]),
        ("t/parquet/", "parquet", [1, 2, 3]),
        ("t/parquet/*.parquet", "parquet", [1, 2]),
        ("t/par*/**/*.parquet", "parquet", [1, 2, 3]),
        (f"t/parquet/sub/{ODD}", "parquet", [3]),
        ("t/csv/a.csv", "csv", [1, 2, 3]),
    ],
)
def test_files_are_read_as_local_ones(
    warehouse: Warehouse, location: str, format_: str, found: list[int]
):
    pinned = warehouse.pin_files(table(location, format_))

    assert dict(pinned.types) == {"x": "long"}
    assert values(pinned) == found
    assert warehouse.current_version(table(location, format_)) is None


def test_a_delta_table_is_read_at_its_versions(warehouse: Warehouse):
    declared = table("t/delta", "delta")

    assert warehouse.current_version(declared) == 1
    assert Warehouse.row_count(warehouse.open_declared(declared)) == 4
    assert Warehouse.row_count(warehouse.open_declared(declared, 0)) == 3
    assert warehouse.commit_time(declared, 0) < warehouse.commit_time(declared, 1)
    with pytest.raises(WarehouseError, match=r"version 7 of table .* cannot be opened"):
        warehouse.open_declared(declared, 7)


def test_a_missing_file_of_a_delta_table_is_named(s3: FakeS3, warehouse: Warehouse, tmp_path: Path):
    write_deltalake(tmp_path / "delta", pa.table({"x": [1]}))
    s3.upload(tmp_path / "delta" / "_delta_log", "torn/_delta_log")

    with pytest.raises(WarehouseError, match=r"its file `part-.*parquet` is missing or incomplete"):
        warehouse.open_declared(table("torn", "delta"))


@pytest.mark.parametrize("format_", ["delta", "parquet", "csv"])
def test_what_is_not_there_is_said_to_be_missing(warehouse: Warehouse, format_: str):
    with pytest.raises(TableNotFoundError, match="s3://lake/none"):
        warehouse.current_version(table("none", format_))


def test_a_broken_file_is_named_by_its_address(warehouse: Warehouse):
    with pytest.raises(
        FileError, match=r"line 2 of file `s3://lake/t/csv/broken\.csv` has 2 fields"
    ):
        warehouse.pin_files(table("t/csv/broken.csv", "csv"))
    with pytest.raises(FileError, match=r"file `s3://lake/t/csv/a\.csv` is not a Parquet file"):
        warehouse.pin_files(table("t/csv/a.csv", "parquet"))


def test_a_file_that_changes_while_it_is_copied_makes_no_table(
    s3: FakeS3, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    s3.put("moving/a.csv", b"x\n1\n")
    copied = table_files._on_this_machine

    def copied_late(*arguments: Any) -> dict[str, str]:
        s3.put("moving/a.csv", b"x\n2\n")
        return copied(*arguments)

    monkeypatch.setattr(table_files, "_on_this_machine", copied_late)
    with pytest.raises(FileError, match=r"s3://lake/moving/a\.csv` changed while it was read"):
        warehouse.pin_files(table("moving/a.csv", "csv"))


def test_copies_go_away_with_the_handle(warehouse: Warehouse, monkeypatch: Any, tmp_path: Path):
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    pinned = warehouse.pin_files(table("t/parquet", "parquet"))
    assert len(list((tmp_path / "scratch").iterdir())) == 1

    del pinned
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize("format_", ["delta", "parquet", "csv"])
def test_a_store_that_cannot_be_reached_is_told_without_a_secret(tmp_path: Path, format_: str):
    dead = access(aws_endpoint_url="http://127.0.0.1:9")

    with pytest.raises(WarehouseError) as told:
        Warehouse(tmp_path, dead).current_version(table("t/csv", format_))
    assert not any(secret in told.value.message for secret in (KEY, SECRET))
    assert told.value.__suppress_context__


def test_no_secret_shows_in_a_repr(s3: FakeS3):
    shown = repr(s3.access) + str(Warehouse("lake", s3.access).__dict__)

    assert not any(secret in shown for secret in (KEY, SECRET))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://host", "set AWS_ALLOW_HTTP to `true`"),
        ("host:9000", "AWS_ENDPOINT_URL is no address"),
        ("https://someone:fake-secret@host", "AWS_ENDPOINT_URL is no address"),
    ],
)
def test_an_address_that_may_not_be_used_is_refused(tmp_path: Path, address: str, said: str):
    with pytest.raises(WarehouseError, match=said) as refused:
        Warehouse(tmp_path, access(aws_endpoint_url=address, allow_http="false")).pin_files(
            table("a", "csv")
        )
    assert "fake-secret" not in refused.value.message
