"""Tables kept as files: what is found, what is refused, and what each column is said to be."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import FileError, TableNotFoundError, WarehouseError
from spectra_gx.warehouse.datafusion_sessions import new_session
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.pinned_files import rows

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.warehouse.file_formats.table_files import TableFiles


def table(location: str, format_: str = "parquet", **columns: str) -> Table:
    declared = tuple(Column(name, type_, ()) for name, type_ in columns.items())
    return Table("shop.t", declared, (), location=location, format=TableFormat(format_))


def parquet(root: Path, name: str, **columns: Any) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), root / name)


def text(root: Path, name: str, content: str | bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)


# -- locations ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("in/a.parquet", [1]),
        ("in", [1, 2, 3]),
        ("in/", [1, 2, 3]),
        ("in/*.parquet", [1, 2]),
        ("in/?.parquet", [1, 2]),
        ("in/[b-z].parquet", [2]),
        ("in/**/*.parquet", [1, 2, 3]),
        ("**/c.parquet", [3]),
        ("i*", [1, 2, 3]),
        ("in/*/c.parquet", [3]),
    ],
)
def test_a_file_a_folder_and_a_pattern(tmp_path: Path, location: str, found: list[int]):
    parquet(tmp_path, "in/a.parquet", x=[1])
    parquet(tmp_path, "in/b.parquet", x=[2])
    parquet(tmp_path, "in/sub/c.parquet", x=[3])
    text(tmp_path, "in/_SUCCESS", "")
    text(tmp_path, "in/.c.parquet.crc", "")
    text(tmp_path, "in/_temporary/d.parquet", "")

    assert sorted(row["x"] for row in rows(Warehouse(tmp_path).pin_files(table(location)))) == found
    absolute = table(str(tmp_path / location))
    assert len(rows(Warehouse("elsewhere").pin_files(absolute))) == len(found)


@pytest.mark.parametrize(
    "name", ["it's.parquet", "a%20b.parquet", "x[1].parquet", "q?#*.parquet", "ü n.dat", 'd"\\;,']
)
def test_no_letter_of_a_path_means_anything(tmp_path: Path, name: str):
    parquet(tmp_path, f"in/{name}", x=[7])
    parquet(tmp_path, "in/x1.parquet", x=[8])

    assert rows(Warehouse(tmp_path).pin_files(table(f"in/{name}"))) == [{"x": 7}]


@pytest.mark.parametrize("location", ["none.parquet", "in/*.csv", "in", "in/**", "*/x"])
def test_nothing_there_is_said_so(tmp_path: Path, location: str):
    (tmp_path / "in").mkdir()

    with pytest.raises(TableNotFoundError, match=r"no file matches `.*; check the table"):
        Warehouse(tmp_path).pin_files(table(location))


def test_a_column_in_a_folders_name_is_refused_of_csv(tmp_path: Path):
    text(tmp_path, "in/day=1/a.csv", "x\n1\n")

    for location in ("in", "in/*", "in/*/a.csv", "in/**/*.csv"):
        with pytest.raises(FileError, match="in/day=1` keeps a column in its name, which is read"):
            Warehouse(tmp_path).pin_files(table(location, "csv", x="long"))
    assert rows(Warehouse(tmp_path).pin_files(table("in/day=1", "csv", x="long"))) == [{"x": 1}]


@pytest.mark.parametrize(
    "location",
    [
        "gs://bucket/a",
        "https://u:fake-secret@host/a",
        "s3://",
        "s3://u:fake-secret@host/a",
        "s3://host#/a",
        "s3://host?x/a",
        "s3://host:80/a",
        "s3://host\\/a",
        "s3://a%2f/a",
        "s3://*/a",
    ],
)
def test_other_addresses_are_refused_without_repeating_secrets(tmp_path: Path, location: str):
    with pytest.raises(FileError) as refused:
        Warehouse(tmp_path).pin_files(table(location))

    assert "fake-secret" not in refused.value.message


def test_an_address_needs_credentials(tmp_path: Path):
    with pytest.raises(WarehouseError, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not"):
        Warehouse(tmp_path).pin_files(table("s3://bucket/a"))


# -- Parquet --------------------------------------------------------------------------------------

AT = datetime(2026, 11, 21, 12, 30)
AT_UTC = "2026-11-21T12:30:00+00:00"


@pytest.mark.parametrize(
    ("arrow", "value", "word", "read"),
    [
        (pa.int8(), 1, "byte", 1),
        (pa.uint8(), 255, "short", 255),
        (pa.uint16(), 65535, "integer", 65535),
        (pa.uint32(), 2**32 - 1, "long", 2**32 - 1),
        (pa.uint64(), 2**64 - 1, "decimal(20,0)", Decimal(2**64 - 1)),
        (pa.float16(), 0.5, "float", 0.5),
        (pa.float32(), 0.5, "float", 0.5),
        (pa.large_string(), "a", "string", "a"),
        (pa.string_view(), "a", "string", "a"),
        (pa.dictionary(pa.int32(), pa.string()), "a", "string", "a"),
        (pa.binary(2), b"ab", "binary", b"ab"),
        (pa.large_binary(), b"ab", "binary", b"ab"),
        (pa.date32(), date(2026, 1, 1), "date", date(2026, 1, 1)),
        (pa.date64(), date(2026, 1, 1), "date", date(2026, 1, 1)),
        (pa.decimal128(5, 2), Decimal("1.20"), "decimal(5,2)", Decimal("1.20")),
        (pa.decimal256(40, 2), Decimal("1.20"), "decimal(40,2)", Decimal("1.20")),
        (pa.list_(pa.int64()), [1], "array<long>", [1]),
        (pa.large_list(pa.large_string()), ["a"], "array<string>", ["a"]),
        (pa.list_(pa.int64(), 2), [1, 2], "array<long>", [1, 2]),
        (pa.map_(pa.string(), pa.int64()), [("a", 1)], "map<string,long>", [("a", 1)]),
        (pa.struct([("a", pa.int32())]), {"a": 1}, "struct<a:integer>", {"a": 1}),
        (pa.timestamp("ms"), AT, "timestamp_ntz", AT),
        (pa.timestamp("us"), AT, "timestamp_ntz", AT),
        (pa.timestamp("ns"), AT, "timestamp_ntz", AT),
        (pa.time32("ms"), None, "time32[ms]", None),
        (pa.null(), None, "void", None),
    ],
)
def test_every_type_has_a_word(
    tmp_path: Path, arrow: pa.DataType, value: Any, word: str, read: Any
):
    pq.write_table(pa.table({"x": pa.array([value, None], arrow)}), tmp_path / "a.parquet")
    files = Warehouse(tmp_path).pin_files(table("a.parquet"))

    assert dict(files.types) == {"x": word}
    assert rows(files) == [{"x": read}, {"x": None}]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "+00:00", "Europe/Berlin"])
def test_an_instant_is_a_timestamp_whatever_its_unit_and_zone(tmp_path: Path, unit: str, zone: str):
    instant = pa.array([AT], pa.timestamp("s")).cast(pa.timestamp(unit)).cast("int64")
    pq.write_table(pa.table({"x": instant.cast(pa.timestamp(unit, zone))}), tmp_path / "a.parquet")
    files = Warehouse(tmp_path).pin_files(table("a.parquet"))

    assert dict(files.types) == {"x": "timestamp"}
    assert [row["x"].isoformat() for row in rows(files)] == [AT_UTC]


def test_old_instants_of_96_bits_are_timestamps_and_do_not_overflow(tmp_path: Path):
    far = pa.array([AT, datetime(9999, 12, 31)], pa.timestamp("us"))
    pq.write_table(
        pa.table({"x": far}),
        tmp_path / "a.parquet",
        use_deprecated_int96_timestamps=True,
        store_schema=False,
    )
    files = Warehouse(tmp_path).pin_files(table("a.parquet"))

    assert dict(files.types) == {"x": "timestamp"}
    assert [row["x"].isoformat() for row in rows(files)] == [AT_UTC, "9999-12-31T00:00:00+00:00"]


def test_nanoseconds_that_microseconds_would_lose_make_another_type(tmp_path: Path):
    parquet(tmp_path, "in/a.parquet", x=pa.array([1000, 1001, None], pa.timestamp("ns")))
    parquet(tmp_path, "in/b.parquet", x=pa.array([2000], pa.timestamp("ns")))
    files = Warehouse(tmp_path).pin_files(table("in"))

    said = "timestamp_ntz (finer than microseconds in 1 of 4 rows)"
    assert dict(files.types) == {"x": said}


def test_files_laid_out_differently_make_one_table(tmp_path: Path):
    parquet(
        tmp_path, "in/a.parquet", x=pa.array(["a"], pa.large_string()), y=pa.array([1], "int16")
    )
    parquet(tmp_path, "in/b.parquet", x=pa.array(["b"], pa.string()), y=pa.array([2], "uint8"))
    parquet(
        tmp_path, "in/c.parquet", x=pa.array(["c"]).dictionary_encode(), y=pa.array([3], "int16")
    )

    found = rows(Warehouse(tmp_path).pin_files(table("in")))
    assert sorted(found, key=lambda row: row["y"]) == [
        {"x": "a", "y": 1},
        {"x": "b", "y": 2},
        {"x": "c", "y": 3},
    ]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"x": [1], "y": ["b"], "z": [1]}, "`z` more"),
        ({"x": [1]}, "`y` is missing"),
        ({"x": ["1"], "y": ["b"]}, "`x` is string where the other has long"),
        ({"y": ["b"], "x": [1]}, "they are in another order"),
        ({"X": [1], "y": ["b"]}, "`X` more"),
    ],
)
def test_files_that_differ_make_no_table(tmp_path: Path, other: dict[str, Any], said: str):
    parquet(tmp_path, "in/a.parquet", x=[1], y=["a"])
    parquet(tmp_path, "in/b.parquet", **other)

    with pytest.raises(FileError, match=rf"in/b\.parquet` has other .*a\.parquet`: {said}; all"):
        Warehouse(tmp_path).pin_files(table("in"))


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "head"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str):
    parquet(tmp_path, "in/a.parquet", x=[1])
    parquet(tmp_path, "in/b.parquet", x=[2])
    whole = (tmp_path / "in/b.parquet").read_bytes()
    left = {"cut": whole[:-10], "empty": b"", "text": b"x\n1\n", "head": whole[:4]}[damage]
    (tmp_path / "in/b.parquet").write_bytes(left)

    with pytest.raises(FileError, match=r"in/b\.parquet` is not a Parquet file, or is incomplete"):
        Warehouse(tmp_path).pin_files(table("in"))


def test_a_file_that_changes_or_vanishes_is_noticed(tmp_path: Path):
    parquet(tmp_path, "a.parquet", x=[1])
    files = Warehouse(tmp_path).pin_files(table("a.parquet"))
    files.check_unchanged()
    before = (tmp_path / "a.parquet").stat()

    parquet(tmp_path, "b.parquet", x=[2])
    os.utime(tmp_path / "b.parquet", ns=(before.st_atime_ns, before.st_mtime_ns))
    (tmp_path / "b.parquet").replace(tmp_path / "a.parquet")
    with pytest.raises(FileError, match=r"a\.parquet` changed while it was read"):
        files.check_unchanged()

    (tmp_path / "a.parquet").unlink()
    with pytest.raises(FileError, match=r"a\.parquet` is gone"):
        files.check_unchanged()


# -- CSV ------------------------------------------------------------------------------------------


def csv(root: Path, *contents: str | bytes, **columns: str) -> TableFiles:
    for number, content in enumerate(contents):
        text(root, f"in/{number}.csv", content)
    return Warehouse(root).pin_files(table("in", "csv", **columns))


def test_columns_read_as_their_declared_types(tmp_path: Path):
    files = csv(
        tmp_path,
        "id,price,day,at,ok,more\n1,1.5,2026-01-31,2026-01-31T12:00:00+02:00,true,x\n",
        'id,price,day,at,ok,more\r\n2,,,,FALSE,"a,\r\nb ""c"""\r\n\r\n3,0.25,,,,\'\'\r\n',
        id="long",
        price="decimal(5,2)",
        day="date",
        at="timestamp",
        ok="boolean",
    )

    types = ["long", "decimal(5,2)", "date", "timestamp", "boolean", "string"]
    assert list(files.types.values()) == types
    [first, second, third] = sorted(rows(files), key=lambda row: row["id"])
    assert first["at"].isoformat() == "2026-01-31T10:00:00+00:00"
    assert (first["price"], first["day"], first["ok"]) == (Decimal("1.50"), date(2026, 1, 31), True)
    assert (second["price"], second["ok"], second["more"]) == (None, False, 'a,\r\nb "c"')
    assert (third["price"], third["more"]) == (Decimal("0.25"), "''")


def test_an_empty_field_is_null_quoted_or_not(tmp_path: Path):
    files = csv(tmp_path, '\ufeffa,b\n"",\n ,NA\n', a="string", b="integer")

    assert rows(files)[0] == {"a": None, "b": None}
    assert rows(files)[1]["a"] == " "
    assert files.types["b"] == "string (1 of 2 rows cannot be read as integer)"
    assert rows(files)[1]["b"] == "NA"


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\r\n"])
def test_a_header_alone_is_an_empty_table(tmp_path: Path, content: str):
    files = csv(tmp_path, content, a="integer", b="string")

    assert (dict(files.types), rows(files)) == ({"a": "integer", "b": "string"}, [])


@pytest.mark.parametrize(
    "declared", ["array<long>", "map<string,long>", "binary", "struct<a:long>"]
)
def test_what_csv_cannot_hold_stays_text(tmp_path: Path, declared: str):
    assert dict(csv(tmp_path, "a\n[1]\n", a=declared).types) == {"a": "string"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n3\n", r"line 3 of file `.*0\.csv` has 1 field, its header has 2"),
        ("a,b\n1,2,3\n", r"line 2 of file `.*0\.csv` has 3 fields, its header has 2"),
        ('a,b\r\n"x\r\ny",1\r\n\r\n1,2,3', r"line 5 of file .* has 3 fields"),
        ('a,b\n1,"x\n3,4\n', r"0\.csv` has a quoted field that begins in line 2 and never ends"),
        ('a,b\n"x,1\n3,4\n', r"0\.csv` has a quoted field that begins in line 2 and never ends"),
        ('a,b\n1,"abc\n2,def\n3,"ghi\n4,jkl\n', r'line 4 of .* more after the `"` .* since line 2'),
        ('a,b\n1,"a"b\n', r'line 2 of file .* has more after the `"` that ends a field'),
        ('a,b\n1,""a"\n', r'line 2 of file .* has more after the `"` that ends a field'),
        ('a,b\n1,5" by 6"\n', r'line 2 of file .* has a `"` within a field that is not quoted'),
        ('a,b\n1, "x"\n', r'line 2 of file .* has a `"` within a field that is not quoted'),
        ('a,"b\n1,2\n', r"has a quoted field that begins in line 1 and never ends"),
        ("a,b\r1,2\r3,4", r"line 1 of file .* has a carriage return \(`\\r`\) without a line feed"),
        ("a,b\r\n1,x\ry\r\n", r"line 2 of file .* has a carriage return"),
        ("a,,b\n1,2,3\n", r"0\.csv` has no name for column 2 in its header"),
        ('a,b,""\n1,2,3\n', r"0\.csv` has no name for column 3 in its header"),
        ("a,a\n1,2\n", r"0\.csv` names a column twice"),
        ("", r"0\.csv` is empty"),
        ("\n\n", r"0\.csv` is empty"),
        ("ann@example.com,b2\n1,2\n", r"0\.csv` names no column of table `shop\.t`"),
        ("A,B\n1,2\n", r"0\.csv` names no column of table"),
        ("a;b\n1;2\n", r"0\.csv` names no column of table .*csv: .delimiter: ';'."),
        (b"a,b\n1,\xff\n", r"0\.csv` is not in UTF-8, seen in line 2; save it as such"),
        (b"a,b\n" + b"1,2\n" * 9000 + b"1,\xff\n", r"0\.csv` is not in UTF-8, seen in line 9002"),
        ("a,b\n1,2\n".encode("utf-16"), r"0\.csv` is not in UTF-8"),
    ],
)
def test_a_broken_file_is_named_and_nothing_of_it_told(
    tmp_path: Path, content: str | bytes, said: str
):
    with pytest.raises(FileError, match=said) as refused:
        csv(tmp_path, content, a="integer", b="string")

    assert "ann@example.com" not in refused.value.message


def test_an_empty_line_of_a_single_column_is_a_null(tmp_path: Path):
    files = csv(tmp_path, "a\n1\n\n3\n", a="integer")

    assert [row["a"] for row in rows(files)] == [1, None, 3]


def test_text_that_others_stumble_over_is_kept(tmp_path: Path):
    texts = ["a\0b", "\ufeff", "\t", "é\u2028", "\x0c", "\\", '"', "\r", "\n\r", "x" * 300_000]
    written = "".join('"' + text.replace('"', '""') + '"\n' for text in texts)

    files = csv(tmp_path, "a\n" + written, a="string")

    assert [row["a"] for row in rows(files)] == texts


def test_another_header_is_refused(tmp_path: Path):
    with pytest.raises(FileError, match=r"1\.csv` has another header than `.*0\.csv`"):
        csv(tmp_path, "a,b\n1,2\n", "b,a\n1,2\n", a="integer", b="string")


def test_what_was_made_of_csv_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    files = csv(tmp_path, "a\n1\n", a="integer")
    [folder] = scratch.iterdir()
    assert folder.stat().st_mode & 0o077 == 0

    with pytest.raises(FileError):
        csv(tmp_path / "broken", "", a="integer")
    assert list(scratch.iterdir()) == [folder]
    del files
    assert not list(scratch.iterdir())


def test_statistics_that_leave_nan_out_decide_nothing(tmp_path: Path):
    parquet(tmp_path, "a.parquet", x=[1.0, float("nan")])
    query = new_session()
    for statement in Warehouse(tmp_path).pin_files(table("a.parquet")).statements("t"):
        query.execute(statement).read_all()

    counted = query.execute("SELECT count(*) FROM t WHERE isnan(x)").read_all()
    assert counted.column(0)[0].as_py() == 1
