"""Whoever wrote a file, and however: its rows are those that DuckDB and pyarrow read from it."""

from __future__ import annotations

import math
import struct
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import hypothesis.strategies as st
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given

from spectra_gx.contract.column_types import canonical_type
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Table
from spectra_gx.validation.metrics.columns.exact_numbers import EXACT
from spectra_gx.warehouse.arrow_types import arrow_type, plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session, set_option
from spectra_gx.warehouse.delta import reads
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn
from tests.foreign import delta_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Drawing = st.SearchStrategy[tuple[pa.DataType, list[Any]]]

ROWS = 5
DUCKDB = duckdb.connect(config={"threads": 1})
DUCKDB.execute("SET TimeZone = 'UTC'")

# -- what is written -------------------------------------------------------------------------------


def whole(arrow: pa.DataType) -> st.SearchStrategy[Any]:
    signed = pa.types.is_signed_integer(arrow)
    bits = arrow.bit_width - signed
    least, most = (-(2**bits) if signed else 0), 2**bits - 1
    return st.sampled_from([least, 0, most]) | st.integers(least, most)


def digits(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    most = 10**precision - 1
    return (st.sampled_from([-most, 0, most]) | st.integers(-most, most)).map(
        lambda number: EXACT.scaleb(Decimal(number), -scale)
    )


def instants(unit: str, zone: str | None) -> st.SearchStrategy[datetime]:
    """Draw instants that fit the unit; nanoseconds only where microseconds hold them."""
    near = unit == "ns"
    least, most = (datetime(1678, 1, 1), datetime(2262, 1, 1)) if near else (datetime.min, None)
    edges = [least, datetime(1582, 10, 10), datetime(1970, 1, 1), most or datetime.max]
    drawn_ = st.sampled_from(edges[:: 3 if near else 1]) | st.datetimes(least, most or datetime.max)
    step = {"s": timedelta(seconds=1), "ms": timedelta(milliseconds=1)}.get(unit)
    cut = drawn_.map(lambda at: at - (at - datetime.min) % step if step else at)
    return cut.map(lambda at: at.replace(tzinfo=UTC)) if zone else cut


FLOATS = [0.0, -0.0, float("nan"), float("inf"), float("-inf"), 0.1]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)

EVERYWHERE: dict[pa.DataType, st.SearchStrategy[Any]] = {
    **{arrow: whole(arrow) for arrow in (pa.int8(), pa.int16(), pa.int32(), pa.int64())},
    **{arrow: whole(arrow) for arrow in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())},
    pa.bool_(): st.booleans(),
    pa.float32(): st.sampled_from(FLOATS) | st.floats(width=32),
    pa.float64(): st.sampled_from([*FLOATS, 5e-324, 1.7976931348623157e308]) | st.floats(),
    pa.date32(): st.sampled_from([date.min, date(1582, 10, 10), date.max]) | st.dates(),
    pa.timestamp("us", "UTC"): instants("us", "UTC"),
    pa.timestamp("us"): instants("us", None),
    pa.timestamp("ns"): instants("ns", None),
    pa.timestamp("ms"): instants("ms", None),
    pa.decimal128(9, 2): digits(9, 2),
    pa.decimal128(18, 0): digits(18, 0),
    pa.decimal128(38, 10): digits(38, 10),
    pa.string(): st.sampled_from(["", "NULL", "a\x00b"]) | TEXTS,
    pa.large_string(): TEXTS,
    pa.binary(): st.sampled_from([b"", b"\x00"]) | st.binary(max_size=3),
}
"""Types that every writer knows."""

OF_ARROW: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.timestamp("s", "UTC"): instants("s", "UTC"),
    pa.timestamp("ms", "UTC"): instants("ms", "UTC"),
    pa.timestamp("ns", "UTC"): instants("ns", "UTC"),
    pa.timestamp("us", "Asia/Kathmandu"): instants("us", "UTC").filter(
        lambda at: 1 < at.year < 9999  # Python has no other where clocks are elsewhere
    ),
    pa.date64(): st.dates(),
    pa.float16(): st.sampled_from([0.0, -0.5, 65504.0]),
    pa.binary(2): st.binary(min_size=2, max_size=2),
    pa.decimal256(20, 4): digits(20, 4),
    pa.decimal32(7, 1): digits(7, 1),
    pa.decimal64(14, 3): digits(14, 3),
}
STORABLE = [
    arrow
    for arrow in EVERYWHERE
    if not pa.types.is_unsigned_integer(arrow)
    and not (pa.types.is_timestamp(arrow) and arrow != pa.timestamp("us", "UTC"))
]
"""Types that a Delta table has itself."""


def columns(leaves: dict[pa.DataType, st.SearchStrategy[Any]], *, nested: bool = True) -> Drawing:
    """Draw a type and as many values of it as there are rows."""

    def of(arrow: pa.DataType, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        items = st.lists(st.none() | values, min_size=ROWS, max_size=ROWS)
        return st.tuples(st.just(arrow), items)

    def inside(arrow: pa.DataType) -> st.SearchStrategy[Any]:
        value = st.none() | leaves[arrow]
        plain = of(arrow, leaves[arrow])
        listed = of(pa.list_(arrow), st.lists(value, max_size=2))
        held = of(
            pa.struct([("a", arrow), ("b", pa.int64())]),
            st.fixed_dictionaries({"a": value, "b": st.just(1)}),
        )
        mapped = of(
            pa.map_(pa.string(), arrow), st.dictionaries(st.sampled_from("kl"), value).map(pairs)
        )
        return plain | listed | held | mapped if nested else plain

    return st.sampled_from(list(leaves)).flatmap(inside)


def pairs(mapping: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(mapping.items())


def table_of(drawn_columns: list[tuple[pa.DataType, list[Any]]]) -> pa.Table:
    arrays = [pa.array(values, arrow) for arrow, values in drawn_columns]
    return pa.table(arrays, names=[f"c{place}" for place in range(len(arrays))])


def tables(leaves: dict[pa.DataType, st.SearchStrategy[Any]], *, nested: bool = True) -> Any:
    return st.lists(columns(leaves, nested=nested), min_size=1, max_size=4).map(table_of)


# -- who writes it ---------------------------------------------------------------------------------


def categorical(table: pa.Table) -> pa.Table:
    """Return the table with its plain columns as dictionaries, where Arrow makes one."""
    for place, field in enumerate(table.schema):
        if not pa.types.is_nested(field.type) and "view" not in str(field.type):
            values = table.column(place).combine_chunks()
            distinct = pa.array([value for value in values if value.is_valid], field.type)
            known = iter(range(len(distinct)))
            places = pa.array([next(known) if value.is_valid else None for value in values])
            table = table.set_column(
                place, field.name, pa.DictionaryArray.from_arrays(places.cast(pa.int32()), distinct)
            )
    return table


def by_pyarrow(**options: Any) -> Callable[[pa.Table, Path], None]:
    def write(table: pa.Table, path: Path) -> None:
        pq.write_table(table, path, row_group_size=2, **options)

    return write


def by_pyarrow_as_categories(table: pa.Table, path: Path) -> None:
    pq.write_table(categorical(table), path)


def by_pandas(table: pa.Table, path: Path) -> None:
    table.to_pandas(types_mapper=pd.ArrowDtype).to_parquet(path)


def by_pandas_as_categories(table: pa.Table, path: Path) -> None:
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    for name in frame:
        frame[name] = frame[name].astype("category")
    frame.to_parquet(path)


def by_polars(table: pa.Table, path: Path) -> None:
    pl.from_arrow(table).write_parquet(path, row_group_size=2)


def by_duckdb(table: pa.Table, path: Path) -> None:
    DUCKDB.register("written", table)
    DUCKDB.execute(f"COPY written TO '{path}' (FORMAT parquet)")


def by_duckdb_as_enums(table: pa.Table, path: Path) -> None:
    """Texts are enums; DuckDB knows no other."""
    DUCKDB.register("written", table)
    DUCKDB.execute("DROP TYPE IF EXISTS word")
    DUCKDB.execute("CREATE TYPE word AS ENUM ('x', 'y')")
    DUCKDB.execute(
        f"COPY (SELECT *, CAST(if(c0 IS NULL, NULL, 'x') AS word) AS e FROM written) TO '{path}' "
        "(FORMAT parquet)"
    )


ALL = {**EVERYWHERE, **OF_ARROW}
WRITTEN = st.one_of(
    *(
        st.tuples(st.just(by_pyarrow(**options)), tables(ALL))
        for options in (
            {},
            {"version": "1.0"},
            {"data_page_version": "2.0", "compression": "zstd"},
            {"use_dictionary": False, "store_schema": False},
            {"use_byte_stream_split": False, "write_page_index": True},
        )
    ),
    st.tuples(st.just(by_pyarrow_as_categories), tables(ALL, nested=False)),
    st.tuples(st.just(by_pandas), tables(EVERYWHERE)),
    st.tuples(
        st.just(by_pandas_as_categories),
        tables({pa.int64(): ALL[pa.int64()], pa.date32(): ALL[pa.date32()],
                pa.bool_(): st.booleans(), pa.string(): TEXTS}, nested=False),
    ),
    st.tuples(st.just(by_polars), tables(EVERYWHERE)),
    st.tuples(st.just(by_duckdb), tables(EVERYWHERE)),
    st.tuples(st.just(by_duckdb_as_enums), tables(EVERYWHERE, nested=False)),
)  # fmt: skip

# -- what is read ----------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return a value so that equal ones are the same, whoever read them."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int | Decimal):
        return Fraction(value)
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else struct.pack("d", value)
    if isinstance(value, datetime):
        utc = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        return pd.Timestamp(utc).to_pydatetime() if isinstance(utc, pd.Timestamp) else utc
    return value


def rows(table: pa.Table) -> list[Any]:
    return [plain(row) for row in table.to_pylist()]


def ours(path: Path) -> tuple[dict[str, str], pa.Table]:
    declared = Table("shop.t", (), (), location=path.name, format=TableFormat.PARQUET)
    files = Warehouse(path.parent).pin_files(declared)
    session = new_session()
    set_option(session, "execution.target_partitions", "1")  # rows in stored order
    for statement in files.statements("t"):
        session.execute(statement).read_all()
    answer = pa.RecordBatchReader.from_stream(session.execute("SELECT * FROM t"))
    return dict(files.types), plain_types(answer.read_all())


def of_duckdb(path: Path) -> pa.Table:
    return DUCKDB.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()


def of_pyarrow(path: Path) -> pa.Table:
    with pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as file:
        return file.read()


@given(WRITTEN)
@drawn(60, many=6_000)
def test_a_parquet_file_is_read_as_others_read_it(
    written: tuple[Callable[[pa.Table, Path], None], pa.Table],
):
    write, table = written
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.parquet")
        write(table, path)

        types, found = ours(path)

        assert [canonical_type(text) for text in types.values()] == list(types.values())
        assert found.schema.types == [arrow_type(text) for text in types.values()]
        assert rows(found) == rows(of_pyarrow(path))
        assert rows(found) == rows(of_duckdb(path))
        assert [row["c0"] for row in rows(found)] == [row["c0"] for row in rows(table)]


@given(
    st.lists(columns({arrow: ALL[arrow] for arrow in STORABLE}), min_size=1, max_size=3),
    st.sampled_from(
        [
            {},
            {"use_deprecated_int96_timestamps": True, "store_schema": False},
            {"use_deprecated_int96_timestamps": True},
            {"use_dictionary": False, "data_page_version": "2.0"},
        ]
    ),
)
@drawn(25, many=2_500)
def test_a_file_of_a_delta_table_is_read_as_others_read_it(
    drawn_columns: list[tuple[pa.DataType, list[Any]]], options: dict[str, Any]
):
    table = table_of(drawn_columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Tables", "shop", "t", "part-0.parquet")
        path.parent.mkdir(parents=True)
        pq.write_table(table, path, **options)
        delta_of(path, table.schema)

        handle = Warehouse(folder).open("shop.t")

        assert rows(reads.read(handle)) == rows(table)
        assert rows(reads.read(handle)) == rows(of_duckdb(path))
