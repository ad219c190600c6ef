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


def test_what_cannot_be_opened_is_said(here):
    (here / "odd.csv").write_text("a b,c\n1,2\n")
    (here / "none.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"column 'a b' of `odd\.csv` has"):
        Project.open().init(["odd.csv"])
    with pytest.raises(WarehouseError, match="cannot be read as CSV"):
        Project.open().init(["none.csv"])
    with pytest.raises(TableNotFoundError, match="no file matches"):
        Project.open().init(["nothing-*.parquet"])
