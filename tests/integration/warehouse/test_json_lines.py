"""JSON lines: the rows are those of Python's json, and each value is of its type or counted."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import FileError
from spectra_gx.warehouse.file_formats.json_lines import convert_json_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TYPES = {
    "id": "long",
    "name": "string",
    "paid": "boolean",
    "price": "decimal(8,2)",
    "ratio": "double",
    "day": "date",
    "at": "timestamp",
    "tags": "array<string>",
    "place": "struct<x:double,y:double>",
    "counts": "map<string,integer>",
}
ROW = (
    '{"id": 1, "name": "Ann", "paid": true, "price": 9.50, "ratio": 1e-3, "day": "2026-01-31",'
    ' "at": "2026-01-31T12:00:00Z", "tags": ["a", null], "place": {"x": 1, "y": 2.5},'
    ' "counts": {"a": 1}}'
)
READ = {
    "id": 1,
    "name": "Ann",
    "paid": True,
    "price": Decimal("9.50"),
    "ratio": 0.001,
    "day": date(2026, 1, 31),
    "at": datetime(2026, 1, 31, 12, tzinfo=UTC),
    "tags": ["a", None],
    "place": {"x": 1.0, "y": 2.5},
    "counts": [("a", 1)],
}


def read(
    data: bytes, types: Mapping[str, str], folder: Path
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    columns = tuple(Column(name, type_, ()) for name, type_ in types.items())
    (folder / "a.jsonl").write_bytes(data)
    files = {"a.jsonl": str(folder / "a.jsonl")}
    part = convert_json_lines(files, Table("s.t", columns, ()), folder / "kept.parquet")
    stored = pq.read_table(folder / "kept.parquet")
    cells = {name: stored[sql.strip('"')].to_pylist() for name, (_, sql) in part.columns.items()}
    rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    return {name: type_ for name, (type_, _) in part.columns.items()}, rows


def test_each_type_is_read(tmp_path: Path) -> None:
    types, rows = read(f"{ROW}\n\n{{}}\r\n".encode(), TYPES, tmp_path)

    assert types == TYPES
    assert rows == [READ, dict.fromkeys(TYPES)]


def test_it_may_be_compressed(tmp_path: Path) -> None:
    assert read(gzip.compress(ROW.encode()), TYPES, tmp_path)[1] == [READ]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("long", '"1"'),
        ("long", "1.0"),
        ("long", "9223372036854775808"),
        ("string", "1"),
        ("string", "true"),
        ("boolean", '"true"'),
        ("boolean", "1"),
        ("decimal(4,2)", "1.505"),
        ("double", '"1.5"'),
        ("double", "1e999"),
        ("date", '"31.01.2026"'),
        ("timestamp", '"2026-01-31T12:00"'),
        ("array<long>", "[1, 2.5]"),
        ("array<long>", "1"),
        ("struct<x:long>", '{"x": 1, "y": 2}'),
        ("map<string,long>", '{"a": "b"}'),
    ],
)
def test_a_value_that_is_not_of_its_type_is_counted_and_kept_as_text(
    type_: str, value: str, tmp_path: Path
) -> None:
    types, rows = read(f'{{"c": {value}}}\n{{"c": null}}\n'.encode(), {"c": type_}, tmp_path)

    assert types == {"c": f"string (1 of 2 rows cannot be read as {type_})"}
    text = json.loads(value) if value.startswith('"') else value
    assert rows == [{"c": text}, {"c": None}]


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    types = {"n": "long", "d": "decimal(38,2)", "f": "double"}
    line = b'{"n": 9007199254740993, "d": "12345678901234567890123456789012345.67", "f": "NaN"}\n'
    _, [row] = read(line, types, tmp_path)

    assert (row["n"], row["d"]) == (
        9007199254740993,
        Decimal("12345678901234567890123456789012345.67"),
    )
    assert row["f"] != row["f"]


def test_keys_that_are_not_declared_are_columns_and_declared_ones_may_be_missing(
    tmp_path: Path,
) -> None:
    lines = b'{"id": 1}\n' * 30_000 + b'{"id": 2, "late": {"a": [1.50, "x"]}}\n'
    types, rows = read(lines, {"id": "long", "absent": "string"}, tmp_path)

    assert types == {"id": "long", "late": "string"}
    assert (len(rows), rows[-1]["late"]) == (30_001, '{"a": [1.50, "x"]}')
    assert read(b"", {"id": "long"}, tmp_path)[0] == {"id": "long"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a": 1}\n{"a": 1,}\n', "line 2 of file `a.jsonl` is not JSON"),
        (b'{"a": 1}\n\n[1]\n', "line 3 of file `a.jsonl` is not an object"),
        (b'{"a": 1, "a": 2}\n', "line 1 of file `a.jsonl` has a key twice"),
        (b'{"a": {"b": 1, "b": 2}}\n', "has a key twice"),
        (b'{"a": "\xe9"}\n', "not in UTF-8, seen in line 1"),
        (b'{"a": 1}{"a": 2}\n', "line 1 of file `a.jsonl` is not JSON"),
        (b"[" * 100_000, "line 1 of file `a.jsonl` is not JSON"),
        (b"\x1f\x8b\x08cut", "compressed by gzip"),
    ],
)
def test_what_is_not_json_lines_is_refused_with_its_line(
    data: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError) as caught:
        read(data, {"a": "long"}, tmp_path)

    assert said in caught.value.message
