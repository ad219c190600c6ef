"""Builders run after what they need, and no value on its way to staging becomes another."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.model import Column, Table
from spectra_gx.contract.sql.exact import exact_condition
from spectra_gx.contract.sql.guard import guard_condition
from spectra_gx.engines.datafusion.query_builders import open_query_builder
from spectra_gx.runner.building.arrow_results import cast_batches
from spectra_gx.runner.building.build_order import Node, dependants, find_circle, in_order
from spectra_gx.runner.building.schema_comparison import schema_problems
from spectra_gx.runner.building.sql_values import literal, smallest
from spectra_gx.warehouse.arrow_types import arrow_type, type_text
from tests.drawing import drawn

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "abcdefg"
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)), min_size=1, max_size=7
)


def reached(start: str, needs: dict[str, set[str]]) -> set[str]:
    """Return what a table needs, however far off: the plain way."""
    found: set[str] = set()
    pending = [start]
    while pending:
        for name in needs.get(pending.pop(), ()):
            if name in needs and name not in found:
                found.add(name)
                pending.append(name)
    return found


@drawn(60)
@given(GRAPHS)
def test_a_circle_is_found_where_there_is_one(needs):
    circle = find_circle(needs)
    expected = any(name in reached(name, needs) for name in needs)
    assert (circle is not None) == expected
    if circle is not None:
        assert circle[0] == circle[-1]
        assert all(after in needs[name] for name, after in pairwise(circle))


@drawn(60)
@given(GRAPHS, GRAPHS)
def test_a_builder_runs_after_those_that_it_needs(needs, follows):
    if find_circle(needs) is not None:
        return
    nodes = [
        Node(name, (name,), frozenset(before), frozenset(follows.get(name, ())))
        for name, before in needs.items()
    ]
    ordered = in_order(nodes)
    assert sorted(ordered) == sorted(needs)
    place = {name: index for index, name in enumerate(ordered)}
    for name, before in needs.items():
        assert all(place[one] < place[name] for one in before if one in place)
    both = {name: needs[name] | follows.get(name, set()) for name in needs}
    if find_circle({name: before - {name} for name, before in both.items()}) is None:
        for name, before in both.items():
            assert all(place[one] < place[name] for one in before - {name} if one in place)


@drawn(60)
@given(GRAPHS, st.sampled_from(NAMES))
def test_what_depends_on_a_table(needs, start):
    found = dependants([start], needs)
    assert found == {start} | {name for name in needs if reaches(name, start, needs)}


def reaches(name: str, target: str, needs: dict[str, set[str]]) -> bool:
    pending, seen = [name], {name}
    while pending:
        for one in needs.get(pending.pop(), ()):
            if one == target:
                return True
            if one not in seen:
                seen.add(one)
                pending.append(one)
    return False


SCALARS = {
    "string": st.text(st.characters(codec="utf-8"), max_size=5),
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "date": st.dates(),
    "timestamp": st.datetimes(timezones=st.just(dt.UTC)),
    "timestamp_ntz": st.datetimes(),
    "decimal(9,2)": st.decimals(-9999999, 9999999, places=2),
    "binary": st.binary(max_size=4),
}
LAYOUTS: dict[str, list[pa.DataType]] = {
    "string": [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    "binary": [pa.large_binary(), pa.binary_view()],
    "timestamp": [pa.timestamp("us", "Europe/Berlin"), pa.timestamp("us", "+00:00")],
    "decimal(9,2)": [pa.decimal32(9, 2), pa.decimal64(9, 2), pa.decimal256(9, 2)],
}


@st.composite
def columns(draw: Any) -> tuple[str, pa.DataType, list[Any]]:
    """A declared type, a layout of it, and values."""
    text = draw(st.sampled_from(sorted(SCALARS)))
    values = draw(st.lists(st.none() | SCALARS[text], max_size=4))
    layout = draw(st.sampled_from([arrow_type(text), *LAYOUTS.get(text, [])]))
    if draw(st.booleans()):
        nested = draw(st.sampled_from([pa.list_, pa.large_list]))
        return f"array<{text}>", nested(layout), [None if v is None else [v, None] for v in values]
    return text, layout, values


def declared(text: str) -> Table:
    return Table("a.b", (Column("c", text, ()),), ())


@drawn(60)
@given(columns())
def test_a_layout_of_the_declared_type_keeps_every_value(column):
    text, layout, values = column
    batch = pa.record_batch({"c": pa.array(values, layout)})
    assert schema_problems(batch.schema, declared(text)) == []
    [part] = cast_batches([batch], {"c": text}, "`a.b`")
    assert part.schema.field("c").type == arrow_type(text)
    assert part["c"].to_pylist() == values


@drawn(60)
@given(st.sampled_from(sorted(SCALARS)), st.sampled_from(sorted(SCALARS)))
def test_two_declared_types_are_never_taken_for_each_other(given_type, wanted):
    schema = pa.schema([("c", arrow_type(given_type))])
    problems = schema_problems(schema, declared(wanted))
    assert (problems == []) == (given_type == wanted)
    if problems:
        assert problems == [f"column `c` is `{given_type}`, not `{wanted}`"]


ORDERED = {
    **{name: SCALARS[name] for name in ("string", "integer", "long", "double", "decimal(9,2)")},
    "timestamp": st.datetimes(
        dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)
    ),
    "date": st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1)),
}


@drawn(20)
@given(st.data(), st.sampled_from(sorted(ORDERED)))
def test_a_literal_is_its_value_of_its_type(tmp_path_factory, data, text):
    """What DataFusion makes of the literal is what Python had, and none is below the smallest."""
    value = data.draw(ORDERED[text])
    check_literal(tmp_path_factory.getbasetemp(), value, text)


def test_a_literal_of_a_text_that_sql_cannot_quote(tmp_path):
    check_literal(tmp_path, "\x1f'\\'\x00é\\\n", "string")


def test_a_literal_of_a_decimal_that_python_writes_with_an_exponent(tmp_path):
    check_literal(tmp_path, Decimal("0E-10"), "decimal(38,10)")


def check_literal(scratch: Path, value: Any, text: str) -> None:
    builder = open_query_builder(64, scratch, processors=1, thrifty=False)
    for written in (literal(value, text), smallest(text)):
        condition = f"c >= {written}"
        guard_condition(condition, table="a.b", columns={"c": False})
        exact_condition(condition, {"c": text})
    if text == "timestamp":
        return  # the engine has them in nanoseconds until they are compared
    query = f"SELECT {literal(value, text)} AS v, {literal(value, text)} >= {smallest(text)} AS s"
    found = pa.RecordBatchReader.from_stream(builder.execute(query)).read_all()
    assert type_text(found.schema.field("v").type) == text
    [row] = found.to_pylist()
    assert row["s"] is True
    shown: Any = row["v"]
    assert shown == value or (isinstance(value, float) and math.isclose(shown, value))
    assert not isinstance(shown, Decimal) or str(shown) == str(value)
