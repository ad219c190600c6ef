"""Parquet as writers built on Arrow lay it out: whatever the layout, the values are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import convert_to_deltalake

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Table
from spectra_gx.errors import FileError
from spectra_gx.profile.profiler import profile
from spectra_gx.warehouse.arrow_types import arrow_type, plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD = "it's, a: <\u2028f>"
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)

PLAIN: dict[str, tuple[list[Any], pa.DataType]] = {
    "byte": ([-(2**7), None, 2**7 - 1], pa.int8()),
    "short": ([-(2**15), None, 2**15 - 1], pa.int16()),
    "integer": ([-(2**31), None, 2**31 - 1], pa.int32()),
    "long": ([-(2**63), None, 2**63 - 1], pa.int64()),
    "float": ([-0.0, None, 3.4028234663852886e38], pa.float32()),
    "double": ([-0.0, None, 1.7976931348623157e308], pa.float64()),
    "boolean": ([True, None, False], pa.bool_()),
    "date": ([date.min, None, date.max], pa.date32()),
    "timestamp": ([FIRST, None, NEVER], pa.timestamp("us", "UTC")),
    "timestamp_ntz": (
        [FIRST.replace(tzinfo=None), None, NEVER.replace(tzinfo=None)],
        pa.timestamp("us"),
    ),
    "decimal(38,2)": ([Decimal("-0.01"), None, Decimal("9" * 36 + ".99")], pa.decimal128(38, 2)),
    "string": (["", None, "ä\n'"], pa.string()),
    "binary": ([b"", None, b"\x00\xff"], pa.binary()),
}
OTHERS: dict[str, tuple[str, list[Any], pa.DataType]] = {
    "timestamp[s]": ("timestamp", [FIRST, None, NEVER], pa.timestamp("s", "UTC")),
    "timestamp[ms]": ("timestamp", [FIRST, None, NEVER], pa.timestamp("ms", "UTC")),
    "timestamp[ns]": ("timestamp", [NOON, None, NOON], pa.timestamp("ns", "UTC")),
    "in Berlin": ("timestamp", [NOON, None, FIRST], pa.timestamp("us", "Europe/Berlin")),
    "uint8": ("short", [0, None, 2**8 - 1], pa.uint8()),
    "uint16": ("integer", [0, None, 2**16 - 1], pa.uint16()),
    "uint32": ("long", [0, None, 2**32 - 1], pa.uint32()),
    "uint64": ("decimal(20,0)", [Decimal(0), None, Decimal(2**64 - 1)], pa.uint64()),
    "half": ("float", [-0.5, None, 65504.0], pa.float16()),
    "date64": ("date", [date.min, None, date.max], pa.date64()),
    "large string": ("string", ["", None, "ä"], pa.large_string()),
    "string view": ("string", ["", None, "ä"], pa.string_view()),
    "large binary": ("binary", [b"", None, b"\xff"], pa.large_binary()),
    "fixed binary": ("binary", [b"ab", None, b"\x00\xff"], pa.binary(2)),
    "decimal256": (
        "decimal(12,2)",
        [Decimal("1.50"), None, Decimal("-2.25")],
        pa.decimal256(12, 2),
    ),
    "decimal32": ("decimal(5,2)", [Decimal("1.50"), None, Decimal("-2.25")], pa.decimal32(5, 2)),
    "decimal64": ("decimal(12,2)", [Decimal("1.50"), None, Decimal("-2.25")], pa.decimal64(12, 2)),
    "large list": ("array<integer>", [[1, None], None, []], pa.large_list(pa.int32())),
    "fixed list": ("array<integer>", [[1, None], None, [3, 4]], pa.list_(pa.int32(), 2)),
}


def dictionary(values: pa.Array) -> pa.Array:
    distinct = values.drop_null()
    places = iter(range(len(distinct)))
    indices = [None if value is None else next(places) for value in values.to_pylist()]
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), distinct)


def laid_out() -> Iterator[Any]:
    for word, (values, arrow) in PLAIN.items():
        array = pa.array(values, arrow)
        yield pytest.param(word, values, array, id=word)
        yield pytest.param(word, values, dictionary(array), id=f"dictionary of {word}")
    for name, (word, values, arrow) in OTHERS.items():
        stored = [int(v) for v in values if v is not None] if word == "decimal(20,0)" else None
        array = pa.array([stored[0], None, stored[1]] if stored else values, arrow)
        yield pytest.param(word, values, array, id=name)
        if name in ("half", "fixed binary", "uint64", "decimal256", "timestamp[ms]", "date64"):
            yield pytest.param(word, values, dictionary(array), id=f"dictionary of {name}")


def read(path: Path) -> tuple[dict[str, str], pa.Table]:
    """Return the types and the rows as every part of the package reads them."""
    declared = Table("shop.t", (), (), location=path.name, format=TableFormat.PARQUET)
    files = Warehouse(path.parent).pin_files(declared)
    session = new_session()
    for statement in files.statements("t"):
        session.execute(statement).read_all()
    stream = pa.RecordBatchReader.from_stream(session.execute("SELECT * FROM t"))
    return dict(files.types), plain_types(stream.read_all())


@pytest.mark.parametrize(("word", "values", "array"), list(laid_out()))
def test_whatever_the_layout_a_contract_type_fits(
    tmp_path: Path, word: str, values: list[Any], array: pa.Array
):
    offsets = pa.array(range(len(array) + 1), pa.int32())
    keys = pa.array([f"k{place}" for place in range(len(array))])
    pq.write_table(
        pa.table(
            {
                "plain": array,
                "struct": pa.StructArray.from_arrays([array], [ODD]),
                "list": pa.ListArray.from_arrays(offsets, array),
                "map": pa.MapArray.from_arrays(offsets, keys, array),
            }
        ),
        tmp_path / "t.parquet",
    )

    types, table = read(tmp_path / "t.parquet")

    assert types == {
        "plain": word,
        "struct": f"struct<`{ODD}`:{word}>",
        "list": f"array<{word}>",
        "map": f"map<string,{word}>",
    }
    assert [field.type for field in table.schema] == [arrow_type(text) for text in types.values()]
    assert table.to_pydict() == {
        "plain": values,
        "struct": [{ODD: value} for value in values],
        "list": [[value] for value in values],
        "map": [[(key, value)] for key, value in zip(keys.to_pylist(), values, strict=True)],
    }


def test_old_instants_are_read_wherever_they_stand(tmp_path: Path):
    """Spark writes them so, and says nothing of Arrow's types."""
    instants = pa.array([FIRST, None, NEVER], pa.timestamp("us", "UTC"))
    offsets = pa.array([0, 1, 2, 3], pa.int32())
    keys = pa.array(["a", "b", "c"])
    inner = pa.StructArray.from_arrays([keys, instants], ["k", "t"])
    table = pa.table(
        {
            "n": [1, 2, 3],
            "plain": instants,
            "struct": pa.StructArray.from_arrays([keys, instants], ["k", "t"]),
            "list": pa.ListArray.from_arrays(offsets, inner),
            "map": pa.MapArray.from_arrays(offsets, keys, inner),
            # Of the same file, one stored as other writers do.
            "ms": instants.cast(pa.timestamp("ms", "UTC")),
        }
    )
    pq.write_table(
        table.drop_columns("ms"),
        tmp_path / "t.parquet",
        use_deprecated_int96_timestamps=True,
        store_schema=False,
    )

    types, found = read(tmp_path / "t.parquet")

    assert types == {
        "n": "long",
        "plain": "timestamp",
        "struct": "struct<k:string,t:timestamp>",
        "list": "array<struct<k:string,t:timestamp>>",
        "map": "map<string,struct<k:string,t:timestamp>>",
    }
    assert found.to_pylist() == table.drop_columns("ms").to_pylist()


def test_old_instants_beside_a_dictionary_that_must_be_written_anew(tmp_path: Path):
    instants = pa.array([FIRST, NEVER], pa.timestamp("us"))
    table = pa.table({"yes": dictionary(pa.array([True, False])), "t": instants})
    pq.write_table(table, tmp_path / "t.parquet", use_deprecated_int96_timestamps=True)

    types, found = read(tmp_path / "t.parquet")

    assert types == {"yes": "boolean", "t": "timestamp"}
    assert found.to_pylist() == [{"yes": True, "t": FIRST}, {"yes": False, "t": NEVER}]


@pytest.mark.parametrize("name", ['a"b', "a\\b"])
def test_a_field_whose_name_cannot_be_spelled_is_read_as_it_is(tmp_path: Path, name: str):
    inside = pa.StructArray.from_arrays([pa.array([1, 2])], [name])
    pq.write_table(pa.table({"x": inside}), tmp_path / "t.parquet")

    types, found = read(tmp_path / "t.parquet")

    assert types == {"x": f"struct<`{name}`:long>"}
    assert found.to_pylist() == [{"x": {name: 1}}, {"x": {name: 2}}]


def test_files_that_writers_laid_out_differently_are_one_table(tmp_path: Path):
    (tmp_path / "in").mkdir()
    for number, array in enumerate(
        [pa.array([5, 6]), dictionary(pa.array([7, 8])), pa.array([9], pa.int64())]
    ):
        pq.write_table(pa.table({"x": array}), tmp_path / "in" / f"{number}.parquet")

    types, found = read(tmp_path / "in")

    assert types == {"x": "long"}
    assert sorted(found.column("x").to_pylist()) == [5, 6, 7, 8, 9]


NANO = 1_700_000_000_000_000_001


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (pa.array([NANO, None, NANO - 1], pa.timestamp("ns")), "timestamp_ntz (1 of 3)"),
        (
            pa.array(
                [{"t": NANO}, None, {"t": NANO}], pa.struct([("t", pa.timestamp("ns", "UTC"))])
            ),
            "struct<t:timestamp> (2 of 3)",
        ),
        (
            pa.array([[NANO, NANO], None, [], [None]], pa.list_(pa.timestamp("ns"))),
            "array<timestamp_ntz> (1 of 4)",
        ),
        (
            pa.array([[("a", NANO - 1)], [("b", NANO)]], pa.map_(pa.string(), pa.timestamp("ns"))),
            "map<string,timestamp_ntz> (1 of 2)",
        ),
    ],
)
def test_instants_finer_than_microseconds_fit_no_type(tmp_path: Path, array: pa.Array, said: str):
    pq.write_table(pa.table({"x": array}), tmp_path / "t.parquet")

    types, _ = read(tmp_path / "t.parquet")

    word, _, counted = said.partition(" (")
    assert types["x"] == f"{word} (finer than microseconds in {counted[:-1]} rows)"


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (pa.array([time(1)], pa.time64("us")), "time64[us]"),
        (pa.array([time(1)], pa.time32("ms")), "time32[ms]"),
        (pa.array([Decimal(1)], pa.decimal256(50, 2)), "decimal(50,2)"),
        (pa.nulls(1), "void"),
    ],
)
def test_what_no_contract_can_name_goes_by_its_own_name(tmp_path: Path, array: pa.Array, word: str):
    inside = pa.StructArray.from_arrays([array, pa.array([2])], ["x", "y"])
    pq.write_table(pa.table({"x": array, "s": inside, "n": [1]}), tmp_path / "t.parquet")

    types, found = read(tmp_path / "t.parquet")

    assert types == {"x": word, "s": f"struct<x:{word},y:long>", "n": "long"}
    assert found.column("n").to_pylist() == [1]


@pytest.mark.parametrize("nested", [False, True])
def test_a_delta_table_with_a_dictionary_that_nothing_reads_is_refused_by_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], nested: bool
):
    """DataFusion panics at it; a converted table keeps such a file as it was written."""
    array = dictionary(pa.array([True, False]))
    if nested:
        array = pa.StructArray.from_arrays([array], ["f"])
    folder = tmp_path / "Tables" / "shop" / "t"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"yes": array}), folder / "a.parquet")
    convert_to_deltalake(str(folder))

    with pytest.raises(FileError, match=r"`a\.parquet` stores column `yes` as a dictionary"):
        profile(["shop.t"], Warehouse(tmp_path))
    assert capfd.readouterr().err == ""


def test_a_delta_table_with_other_dictionaries_is_read(tmp_path: Path):
    folder = tmp_path / "Tables" / "shop" / "t"
    folder.mkdir(parents=True)
    numbers, days = [1, None, 2**63 - 1], [date.min, None, date.max]
    columns = {"n": dictionary(pa.array(numbers)), "d": dictionary(pa.array(days))}
    pq.write_table(pa.table(columns), folder / "a.parquet")
    convert_to_deltalake(str(folder))

    table = Warehouse(tmp_path).open("shop.t")

    assert Warehouse.read(table).to_pydict() == {"n": numbers, "d": days}
