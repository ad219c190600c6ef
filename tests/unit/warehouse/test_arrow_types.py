"""What text stands for which type, and what cannot be stored exactly."""

import pyarrow as pa
import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.arrow_types import (
    arrow_schema,
    arrow_type,
    delta_type_text,
    has_naive_time,
    plain_types,
    type_text,
)


@pytest.mark.parametrize(
    ("text", "arrow"),
    [
        ("timestamp", pa.timestamp("us", tz="UTC")),
        ("timestamp_ntz", pa.timestamp("us")),
        ("decimal(12,2)", pa.decimal128(12, 2)),
        ("array<array<short>>", pa.list_(pa.list_(pa.int16()))),
        ("map<string,decimal(3,1)>", pa.map_(pa.string(), pa.decimal128(3, 1))),
        (
            "struct<id:long,tags:map<string,array<date>>>",
            pa.struct([("id", pa.int64()), ("tags", pa.map_(pa.string(), pa.list_(pa.date32())))]),
        ),
        ("struct<`a:b,``>`:byte>", pa.struct([("a:b,`>", pa.int8())])),
    ],
)
def test_a_text_and_its_type_stand_for_each_other(text, arrow):
    assert arrow_type(text) == arrow
    assert type_text(arrow) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "int", "String", "decimal", "decimal(39,2)", "decimal(2,3)", "decimal(12, 2)",
        "array<>", "array<string", "array<string,long>", "map<string>", "struct<>", "struct<a>",
        "struct<a:>", "string>,array<string", "array<string>>", "void",
    ],
)  # fmt: skip
def test_a_text_that_is_no_type_is_refused_by_name(text):
    with pytest.raises(WarehouseError, match="is not a type of tables; write one of"):
        arrow_type(text)


@pytest.mark.parametrize(
    "arrow",
    [
        pa.timestamp("ns", tz="UTC"), pa.timestamp("us", tz="Europe/Vienna"), pa.timestamp("ms"),
        pa.uint8(), pa.date64(), pa.time64("us"), pa.null(), pa.struct([]), pa.decimal128(3, -1),
        pa.dictionary(pa.int32(), pa.string()), pa.list_(pa.uint64()),
    ],
)  # fmt: skip
def test_what_a_table_would_change_is_refused(arrow):
    with pytest.raises(WarehouseError, match="cannot be stored without changing its values; cast"):
        type_text(arrow)


def test_layout_and_nullability_are_no_part_of_a_type():
    assert type_text(pa.large_list(pa.field("x", pa.string_view(), nullable=False))) == (
        "array<string>"
    )
    assert [type_text(t) for t in (pa.large_string(), pa.string_view())] == ["string"] * 2
    assert [type_text(t) for t in (pa.large_binary(), pa.binary_view())] == ["binary"] * 2


def test_stored_types_read_as_contracts_write_them():
    nested = {
        "type": "map",
        "keyType": "string",
        "valueType": {
            "type": "struct",
            "fields": [
                {"name": "n", "type": "decimal(12, 2)"},
                {"name": "l", "type": {"type": "array", "elementType": "long"}},
            ],
        },
    }
    assert delta_type_text(nested) == "map<string,struct<n:decimal(12,2),l:array<long>>>"
    assert delta_type_text("void") == "void"


def test_every_column_of_a_schema_is_nullable():
    schema = arrow_schema({"a": "long", "b": "array<string>"})
    assert schema.names == ["a", "b"]
    assert all(field.nullable for field in schema)


@pytest.mark.parametrize(
    ("text", "naive"),
    [
        ("timestamp", False), ("timestamp_ntz", True), ("array<timestamp_ntz>", True),
        ("map<string,timestamp_ntz>", True), ("map<timestamp_ntz,string>", True),
        ("struct<a:array<struct<b:timestamp_ntz>>>", True),
        ("struct<timestamp_ntz:array<timestamp>>", False),
    ],
)  # fmt: skip
def test_times_without_a_zone_are_found_however_deep(text, naive):
    assert has_naive_time(arrow_type(text)) is naive


def test_views_become_plain_however_deep():
    views = pa.struct(
        [("a", pa.list_(pa.string_view())), ("m", pa.map_(pa.string_view(), pa.binary_view()))]
    )
    rows = [{"s": {"a": ["x", None], "m": [("k", b"v")]}}, {"s": None}]
    table = plain_types(pa.Table.from_pylist(rows, schema=pa.schema([("s", views)])))
    assert table.schema.field("s").type == arrow_type(
        "struct<a:array<string>,m:map<string,binary>>"
    )
    assert table.to_pylist() == rows
