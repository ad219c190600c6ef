"""Whole folders and patterns: which tables `init` finds in them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import TableNotFoundError, WarehouseError
from spectra_gx.project import Project
from tests.lakes.iceberg import create

PEOPLE = pa.table({"id": range(20), "name": [f"n{row}" for row in range(20)]})
ORDERS = pa.table({"order": range(20), "amount": [1.5] * 20})


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty folder `data` in a project."""
    (tmp_path / "contracts").mkdir()
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    return folder


def write(path, table=PEOPLE):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def write_csv(path, header="a,b"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{header}\n" + "1,2\n" * 12)


def found(data, named="data", *, check=False):
    """Return table → location of the contract, and its text; if asked, check that it passes."""
    text = Project.open().init([named], stage="s")
    if check:
        (data.parent / "contracts" / "s.contract.yaml").write_text(text)
        result = Project.open().check("s")
        assert str(result.verdict) == "passed"
    root = f"{data}/"
    return {
        table.name: table.location.removeprefix(root)
        for table in parse_contract(text.encode(), "x").tables
    }, text


def test_each_table_of_a_folder_is_one(data):
    write(data / "people.parquet")
    write_deltalake(data / "orders", ORDERS)
    for day in (1, 2):
        write(data / "events" / f"day=2026-01-0{day}" / "part.parquet", ORDERS)
        write_csv(data / f"visits-0{day}.csv")
    write_csv(data / "visits-other.csv", "c,d")
    write(data / "deep" / "er" / "things.parquet", PEOPLE)
    (data / "logs").mkdir()
    (data / "logs" / "run.jsonl").write_text('{"a": 1}\n' * 12)

    tables, text = found(data, check=True)

    assert tables == {
        "s.deep": "deep",
        "s.events": "events",
        "s.logs": "logs",
        "s.orders": "orders",
        "s.people": "people.parquet",
        "s.visits": "visits-0*.csv",
        "s.visits_other": "visits-other.csv",
    }
    assert "day: {type: date, required: true}" in text


def test_files_of_the_same_columns_are_one_table(data):
    write(data / "vienna.parquet")
    write(data / "more" / "graz.parquet")
    assert found(data)[0] == {"s.data": str(data)}


def test_files_without_header_whose_names_are_numbered_are_one_table(data):
    for day in (1, 2):
        (data / f"day-{day}.csv").write_text("".join(f"{day}{row},x{row}\n" for row in range(20)))
    write(data / "people.parquet")
    assert found(data)[0] == {"s.day": "day-*.csv", "s.people": "people.parquet"}


def test_files_of_other_kinds_are_named(data):
    write(data / "part-1.parquet")
    write(data / "more" / "part-2.parquet")
    (data / "read.me").write_text("x")
    (data / "_SUCCESS").write_text("")
    tables, text = found(data, check=True)
    assert tables == {"s.data": "**/*.parquet"}
    assert '# Left out:\n#   "data/read.me" is not Parquet, CSV or JSON lines\n' in text
    assert "_SUCCESS" not in text


def test_what_cannot_be_read_is_named_with_why(data):
    write(data / "people.parquet")
    write_csv(data / "numbers.csv")
    (data / "broken.parquet").write_bytes(b"no")
    tables, text = found(data)
    assert tables == {"s.people": "people.parquet", "s.numbers": "numbers.csv"}
    assert '#   "data/broken.parquet" file `data/broken.parquet` is not a Parquet file' in text


def test_tables_of_one_name_have_those_of_their_folders(data):
    for year in ("2025", "2026"):
        write(data / year / "people.parquet")
        write(data / year / "orders.parquet", ORDERS)
    assert sorted(found(data)[0]) == [
        "s._2025_orders", "s._2025_people", "s._2026_orders", "s._2026_people",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "tables"),
    [
        ("data/*.parquet", {"s.people", "s.orders"}),
        ("data/p*.parquet", {"s.p"}),
        ("data/*", {"s.people", "s.orders", "s.numbers", "s.things"}),
        ("data/n*.csv", {"s.n"}),
    ],
)
def test_a_pattern_of_several_tables_is_several(data, pattern, tables):
    write(data / "people.parquet")
    write(data / "orders.parquet", ORDERS)
    write_csv(data / "numbers.csv")
    write_deltalake(data / "things", ORDERS)
    assert set(found(data, pattern)[0]) == tables


def test_a_pattern_of_one_table_stays_one(data):
    write(data / "people-1.parquet")
    write(data / "people-2.parquet")
    assert found(data, "data/people-*.parquet")[0] == {"s.people": "people-*.parquet"}


def test_an_iceberg_table_in_a_folder_is_one(data):
    create(data, "things", PEOPLE)
    write(data / "people.parquet", ORDERS)
    assert found(data)[0] == {"s.things": "lake/things", "s.people": "people.parquet"}


@pytest.mark.usefixtures("data")
def test_a_folder_without_tables_is_refused(data):
    with pytest.raises(TableNotFoundError, match="there is no table at `data`"):
        Project.open().init(["data"])
    (data / "one.parquet").write_bytes(b"no")
    (data / "two.parquet").write_bytes(b"no")
    with pytest.raises(WarehouseError, match=r"one\.parquet` is not a Parquet file"):
        Project.open().init(["data"])


def test_the_value_of_a_partition_is_in_no_comment(data):
    write(data / "people.parquet", ORDERS)
    for mail in ("ann@example.com", "bob@example.com"):
        write(data / "by" / f"mail={mail}" / "p.parquet")
        (data / "by" / f"mail={mail}" / "broken.parquet").write_bytes(b"no")
    _, text = found(data)
    assert "example.com" not in text
