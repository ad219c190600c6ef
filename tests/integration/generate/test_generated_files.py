"""Files that are written as a contract says are read as what was written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import UsageError
from tests.fakes.contracts import contract_of
from tests.fakes.generated import checked, generate, not_passed

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "a;b, #": {"type": "string", "enum": ["NA", "#x", "a;b|c,d", "x1'\"\\", "two\nlines", ""]},
    "id": {"type": "long", "required": True},
    "text": "string",
    "day": {"type": "date", "required": True},
    "at": {"type": "timestamp", "required": True},
    "later": "timestamp",
    "price": {"type": "decimal(12,2)", "min": -99999},
    "fine": {"type": "decimal(38,10)", "min": 0, "max": 0.0000001},
    "share": {"type": "double", "finite": False},
    "small": {"type": "float", "min": 0, "max": 1},
    "few": "byte",
    "ok": "boolean",
}
TABLE = {
    "primary_key": ["id"],
    "columns": COLUMNS,
    "rules": [{"id": "is-later", "compare": "at < later"}],
}


def kept(folder: Path, **storage: Any) -> bool:
    """Return whether what is generated, and stored so, passes."""
    head = {"contract": "shop", "version": "1.0.0", "owner": "Tests"}
    document = {**head, "tables": {"shop.one": {**TABLE, **storage}}}
    contract = parse_contract(json.dumps(document).encode(), "shop.contract.yaml")
    generate(contract, folder)
    return not_passed(checked(contract, folder)) == {}


@pytest.mark.parametrize(
    ("format_", "location"),
    [
        ("parquet", "landing/one"),
        ("parquet", "landing/*/one-?.parquet"),
        ("csv", "/elsewhere/one.csv"),
        ("csv", "landing/*.csv"),
        ("jsonl", "landing/one.jsonl"),
    ],
)
def test_files_are_written_where_the_contract_reads_them(format_, location, tmp_path):
    assert kept(tmp_path, format=format_, location=location)


@pytest.mark.parametrize(
    "written",
    [
        {"delimiter": ";", "decimal": ",", "thousands": ".", "date_format": "%d.%m.%Y"},
        {"delimiter": "||", "quote": "'", "encoding": "utf-16", "skip_rows": 2},
        {"delimiter": "\t", "quote": "none", "null_values": ["-", "NA", "0", "0.01"]},
        {"quote": "none", "escape": "\\", "null_values": ["\\N"], "comment": "#"},
        {"escape": "\\", "header": False, "comment": "#", "timestamp_format": "%Y%m%dT%H%z"},
        {"encoding": "cp1252", "timestamp_format": "%A, %d %B %y %I:%M:%S.%f %p %%%z"},
        {"thousands": "'", "decimal": ",", "null_values": []},
    ],
)
def test_csv_is_written_as_the_contract_says(written, tmp_path):
    assert kept(tmp_path, format="csv", location="one.csv", csv=written)


def test_json_lines_have_nested_values(tmp_path):
    contract = contract_of(
        """
        shop.one:
          location: one.jsonl
          format: jsonl
          columns:
            a: {type: struct, fields: {b: {type: "decimal(9,3)", min: 1}, "c d": date}}
            e: {type: array, items: {type: timestamp, max: now}}
            f: {type: "map<string,double>"}
        """
    )
    generate(contract, tmp_path)
    assert not_passed(checked(contract, tmp_path)) == {}


def test_what_an_encoding_does_not_have_is_named(tmp_path):
    contract = contract_of(
        """
        shop.one:
          location: one.csv
          format: csv
          csv: {encoding: cp1252}
          columns: {a: {type: string, const: дом}}
        """
    )
    with pytest.raises(UsageError, match="cannot be written in cp1252, which does not have 'дом'"):
        generate(contract, tmp_path)


def test_a_sign_of_null_that_is_missing_breaks_nothing(tmp_path):
    contract = contract_of(
        """
        shop.one:
          location: one.csv
          format: csv
          csv: {null_values: []}
          columns: {a: {type: string, required: true}}
        """
    )
    with pytest.raises(UsageError, match="its files have no nulls, by `null_values`"):
        generate(contract, tmp_path, "shop.one.a.required=1")


@pytest.mark.parametrize("rows", [0, 300])
def test_folders_are_named_after_the_columns_that_a_location_names(rows, tmp_path):
    contract = contract_of(
        f"""
        shop.one:
          location: "lake/day=*/a%20b=*/*.parquet"
          format: parquet
          primary_key: [id]
          rows: {{max: {rows}}}
          columns:
            day: {{type: date, min: 2026-01-01, max: 2026-01-03}}
            id: {{type: long, required: true}}
            "a b": {{type: string, required: true, enum: [x/y, "50 %", "", ä]}}
          rules: [{{id: later, column: id, min: 5, where: "day > '2026-01-02'"}}]
        """
    )
    generate(contract, tmp_path, rows=rows)
    assert not_passed(checked(contract, tmp_path)) == {}
    days = {folder.name for folder in (tmp_path / "lake").iterdir()}
    assert ("day=2026-01-03" in days) == bool(rows)
    [*_, file] = (tmp_path / "lake").rglob("*.parquet")
    assert pq.read_schema(file) == pa.schema({"id": pa.int64()})
