"""Columns in the names of folders: what they are read as, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import FileError
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.pinned_files import rows

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.warehouse.file_formats.table_files import TableFiles

NULL = "__HIVE_DEFAULT_PARTITION__"


def parquet(root: Path, name: str, **columns: Any) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), root / name)


def pinned(root: Path, location: str, **types: str) -> TableFiles:
    declared = tuple(Column(name, type_, ()) for name, type_ in types.items())
    table = Table("shop.t", declared, (), location=location, format=TableFormat.PARQUET)
    return Warehouse(root).pin_files(table)


@pytest.mark.parametrize(
    ("name", "type_", "value"),
    [
        ("2026-01-31", "date", date(2026, 1, 31)),
        ("007", "integer", 7),
        ("007", "string", "007"),
        ("-12", "byte", -12),
        ("9223372036854775807", "long", 2**63 - 1),
        ("TRUE", "boolean", True),
        ("0.10", "decimal(8,2)", Decimal("0.10")),
        ("1e3", "double", 1000.0),
        ("2026-01-31 12%3A30%3A00", "timestamp_ntz", datetime(2026, 1, 31, 12, 30)),
        (
            "1969-12-31T23%3A59%3A59.5Z",
            "timestamp",
            datetime(1969, 12, 31, 23, 59, 59, 500000, UTC),
        ),
        ("a%2Fb%20c%25", "string", "a/b c%"),
        ("a+b", "string", "a+b"),
        ("%zz", "string", "%zz"),
        ("a=b", "string", "a=b"),
        ("süß", "string", "süß"),
        ("", "string", ""),
        ("x" * 240, "string", "x" * 240),
        (NULL, "string", None),
        (NULL, "date", None),
    ],
)
def test_a_folders_name_is_a_value_of_the_declared_type(
    tmp_path: Path, name: str, type_: str, value: object
) -> None:
    parquet(tmp_path, f"in/k={name}/a.parquet", x=[1])
    files = pinned(tmp_path, "in", k=type_)

    assert files.types == {"x": "long", "k": type_}
    assert rows(files) == [{"x": 1, "k": value}]


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("2026-02-30", "date"),
        ("300", "byte"),
        ("1.5", "integer"),
        ("", "integer"),
        ("yes", "boolean"),
        ("0.105", "decimal(8,2)"),
        ("2026-01-31 12%3A30", "timestamp"),
        ("null", "date"),
    ],
)
def test_what_is_not_of_the_declared_type_stays_text_and_is_counted(
    tmp_path: Path, name: str, type_: str
) -> None:
    parquet(tmp_path, f"in/k={name}/a.parquet", x=[1, 2])
    parquet(tmp_path, f"in/k={NULL}/a.parquet", x=[3, 4, 5])
    files = pinned(tmp_path, "in", k=type_)

    assert files.types["k"] == f"string (2 of 5 rows cannot be read as {type_})"
    assert {row["k"] for row in rows(files)} == {name.replace("%3A", ":"), None}


def test_patterns_below_and_above_partitions(tmp_path: Path) -> None:
    parquet(tmp_path, "in/day=1/_of=a/sub/a.parquet", x=[1])
    parquet(tmp_path, "in/day=2/_of=b/b.parquet", x=[2])

    whole = [{"x": 1, "day": 1, "_of": "a"}, {"x": 2, "day": 2, "_of": "b"}]
    for location in ("in", "in/", "in/*", "in/day=*", "i*", "in/**/*.parquet"):
        found = rows(pinned(tmp_path, location, day="long"))
        assert sorted(found, key=lambda row: row["x"]) == whole
    assert rows(pinned(tmp_path, "in/day=1")) == [{"x": 1, "_of": "a"}]
    assert rows(pinned(tmp_path, "in/*/_of=b")) == [{"x": 2, "day": "2"}]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("in/b.parquet", ["have no column", "have column `day`, `of`"]),
        ("in/day=1/b.parquet", ["have column `day`,", "have column `day`, `of`"]),
        ("in/of=a/day=1/b.parquet", ["have column `of`, `day`", "have column `day`, `of`"]),
        ("in/Day=1/of=a/b.parquet", ["have column `Day`, `of`", "have column `day`, `of`"]),
        ("in/=1/b.parquet", ["=1/b.parquet` begins with `=`; write `column=value`"]),
        ("in/day=1/of=a/day=2/b.parquet", ["day=2/b.parquet` name a column twice"]),
        ("in/day=1/of=%FF/b.parquet", ["b.parquet` has a name that is not in UTF-8"]),
    ],
)
def test_folders_that_differ_make_no_table(tmp_path: Path, other: str, said: list[str]) -> None:
    parquet(tmp_path, "in/day=1/of=a/a.parquet", x=[1])
    parquet(tmp_path, other, x=[2])

    with pytest.raises(FileError) as refused:
        pinned(tmp_path, "in", day="long")
    assert all(words in refused.value.message for words in said), refused.value.message


def test_a_column_that_the_files_have_too_has_to_say_the_same(tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    parquet(tmp_path, "in/day=2026-01-01/a.parquet", day=[day, day], x=[1, 2])
    parquet(tmp_path, f"in/day={NULL}/b.parquet", day=pa.array([None], pa.date32()), x=[3])
    assert pinned(tmp_path, "in", day="string").types == {"day": "date", "x": "long"}
    assert rows(pinned(tmp_path, "in"), "day is null") == [{"day": None, "x": 3}]

    for odd in ([day, date(2026, 1, 2)], [day, None]):
        parquet(tmp_path, "in/day=2026-01-01/c.parquet", day=odd, x=[4, 5])
        with pytest.raises(
            FileError, match=r"c\.parquet` has a column `day`, whose rows are not all"
        ):
            pinned(tmp_path, "in")
    (tmp_path / "in/day=2026-01-01/c.parquet").unlink()
    parquet(tmp_path, "in/day=x/c.parquet", day=[day], x=[4])
    with pytest.raises(FileError, match=r"c\.parquet` has a column `day`"):
        pinned(tmp_path, "in")


def test_names_of_columns_collide_with_nothing(tmp_path: Path) -> None:
    columns = {"_file": [1], "_0_0": [2], "__file": [3], "N": [4]}
    parquet(tmp_path, "in/n=a/a.parquet", **columns)

    assert rows(pinned(tmp_path, "in")) == [
        {**{name: one for name, [one] in columns.items()}, "n": "a"}
    ]


@pytest.mark.parametrize(
    "location", ["t", "t/*", "t/*.parquet", "t/**/*.parquet", "t/day=1", "t/day=*/*.parquet", "*"]
)
def test_the_files_of_a_delta_table_are_refused(tmp_path: Path, location: str) -> None:
    place = tmp_path / "t"
    write_deltalake(place, pa.table({"x": [1], "day": [1]}), partition_by=["day"])
    write_deltalake(place, pa.table({"x": [2], "day": [1]}), mode="overwrite")

    with pytest.raises(FileError, match=r"/t` is a Delta table, .* write `format: delta`"):
        pinned(tmp_path, location)


def test_one_file_of_a_delta_table_may_be_named(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "t", pa.table({"x": [1]}))
    [file] = (tmp_path / "t").glob("*.parquet")

    assert rows(pinned(tmp_path, f"t/{file.name}")) == [{"x": 1}]


@pytest.mark.parametrize("location", ["t", "t/data", "t/data/*.parquet", "*"])
def test_the_files_of_an_iceberg_table_are_refused(tmp_path: Path, location: str) -> None:
    parquet(tmp_path, "t/data/a.parquet", x=[1])
    (tmp_path / "t/metadata").mkdir()
    (tmp_path / "t/metadata/00000-a.metadata.json").write_text("{}")

    with pytest.raises(FileError, match=r"/t` is an Iceberg table, .* write `format: iceberg`"):
        pinned(tmp_path, location)


def test_values_of_sensitive_columns_are_in_no_message(tmp_path: Path) -> None:
    columns = (Column("e-mail", "string", (), classification="pii"), Column("x", "long", ()))
    table = Table("shop.t", columns, (), location="in", format=TableFormat.PARQUET)
    parquet(tmp_path, "in/day=1/e-mail=ann`%40example.org/a.parquet", x=[1])
    files = Warehouse(tmp_path).pin_files(table)
    (tmp_path / "in/day=1/e-mail=ann`%40example.org/a.parquet").write_bytes(b"PAR1")

    for read in (files.check_unchanged, lambda: Warehouse(tmp_path).pin_files(table)):
        with pytest.raises(FileError) as refused:
            read()
        assert "in/day=1/e-mail=‹redacted›/a.parquet` " in refused.value.message
        assert "example" not in refused.value.message
