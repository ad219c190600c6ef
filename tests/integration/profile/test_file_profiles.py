"""Contracts of Parquet and CSV files, which `check` reads as `init` did."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import TableNotFoundError, UsageError, WarehouseError
from spectra_gx.project import Project

ROWS = 120
CELLS = {
    "order_no": [str(1000 + row) for row in range(ROWS)],
    "zip": [f"0{row % 50:04}" for row in range(ROWS)],
    "paid": ["true", "FALSE"] * 60,
    "price": [f"{row}.5" if row % 7 else "" for row in range(ROWS)],
    "day": ["2026-11-21", "2026-11-22"] * 60,
    "at": ["2026-11-21T08:00:00Z"] * ROWS,
    "local": ["2026-11-21 08:00:00"] * ROWS,
    "note": ["NA", "1"] * 60,
    "empty": [""] * ROWS,
}
TYPES = {
    "order_no": "long",
    "zip": "string",
    "paid": "boolean",
    "price": "double",
    "day": "date",
    "at": "timestamp",
    "local": "timestamp_ntz",
    "note": "string",
    "empty": "string",
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A project whose warehouse holds exports, in which paths are named."""
    (tmp_path / "contracts").mkdir()
    exports = tmp_path / "warehouse" / "exports"
    exports.mkdir(parents=True)
    lines = [",".join(CELLS), *(",".join(row) for row in zip(*CELLS.values(), strict=True))]
    (exports / "orders-1.csv").write_text("\n".join(lines[:61]))
    (exports / "orders-2.csv").write_text("\n".join([lines[0], *lines[61:]]) + "\n")
    table = pa.table({"id": pa.array(range(ROWS), pa.uint32()), "name": ["a", "b"] * 60})
    (exports / "people").mkdir()
    pq.write_table(table, exports / "people" / "part.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_columns_of_csv_get_the_narrowest_type():
    text = Project.open().init(["warehouse/exports/orders-*.csv"], stage="shop")
    [table] = parse_contract(text.encode(), "x").tables
    assert table.name == "shop.orders"
    assert (table.location, str(table.format)) == ("exports/orders-*.csv", "csv")
    assert {column.name: column.type for column in table.columns} == TYPES
    assert table.primary_key == ("order_no",)


def test_files_pass_the_contract_written_from_them(here):
    named = ["warehouse/exports/orders-*.csv", "warehouse/exports/people"]
    text = Project.open().init(named, stage="shop")
    (here / "contracts" / "shop.contract.yaml").write_text(text)
    assert "    location: exports/people\n    format: parquet\n    primary_key: [id]\n" in text
    result = Project.open().check("shop")
    assert str(result.verdict) == "passed"


def test_what_cannot_be_opened_is_reported(here):
    (here / "odd.csv").write_text("a\u200bb\n1\n")
    (here / "none.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(
        UsageError, match=r"no column of `odd\.csv` can be declared: column 'a.b' has"
    ):
        Project.open().init(["odd.csv"])
    with pytest.raises(WarehouseError, match="is not in utf-16"):
        Project.open().init(["none.csv"])
    with pytest.raises(TableNotFoundError, match="no file matches"):
        Project.open().init(["nothing-*.parquet"])


@pytest.mark.usefixtures("here")
def test_a_column_that_cannot_be_declared_is_left_out_and_the_contract_still_passes(here):
    folder = here / "warehouse" / "odd"
    folder.mkdir()
    fine = pa.array([1001, 2000, None] * 40, pa.timestamp("ns"))
    clock = pa.array([1] * ROWS, pa.time32("s"))
    table = pa.table(
        {"id": range(ROWS), "at": fine, "a b": ["x"] * ROWS, "clock": clock, "ID": range(ROWS)}
    )
    pq.write_table(table, folder / "part.parquet")

    text = Project.open().init(["warehouse/odd"], stage="shop")

    (here / "contracts" / "shop.contract.yaml").write_text(text)
    [declared] = parse_contract(text.encode(), "x").tables
    assert [column.name for column in declared.columns] == ["id", "a b", "ID"]
    assert "extra_columns: allow" in text
    assert '# left out: "at" is stored as timestamp_ntz (finer than microseconds in 40' in text
    assert (
        '# left out: "clock" is stored as time32[ms], which is not a type of the contract language'
        in text
    )
    assert str(Project.open().check("shop").verdict) == "passed"


@pytest.mark.parametrize(
    ("texts", "column_type"),
    [
        ([str(2**64 + row) for row in range(ROWS)], "decimal(38,0)"),
        ([str(row) for row in range(ROWS - 1)] + ["9" * 38], "decimal(38,0)"),
        (["1" + "0" * 38 + f"{row:03}" for row in range(ROWS)], "string"),
        ([f"{row}.25" for row in range(ROWS)], "double"),
    ],
)
def test_whole_numbers_beyond_64_bits_keep_their_digits_and_their_key(here, texts, column_type):
    (here / "warehouse" / "wide.csv").write_text("\n".join(["order_id", *texts]) + "\n")

    text = Project.open().init(["warehouse/wide.csv"], stage="shop")

    [table] = parse_contract(text.encode(), "x").tables
    assert {column.name: column.type for column in table.columns} == {"order_id": column_type}
    assert table.primary_key == (() if column_type == "double" else ("order_id",))
    (here / "contracts" / "shop.contract.yaml").write_text(text)
    assert str(Project.open().check("shop").verdict) == "passed"


@pytest.mark.usefixtures("here")
def test_unsigned_whole_numbers_of_64_bits_keep_their_key(here):
    ids = pa.array([2**64 - 1 - row for row in range(ROWS)], pa.uint64())
    pq.write_table(pa.table({"id": ids}), here / "warehouse" / "unsigned.parquet")

    text = Project.open().init(["warehouse/unsigned.parquet"], stage="shop")

    [table] = parse_contract(text.encode(), "x").tables
    assert ({c.name: c.type for c in table.columns}, table.primary_key) == (
        {"id": "decimal(20,0)"},
        ("id",),
    )
