"""Type texts and Arrow types stand for each other, whatever the nesting and the names."""

import json

import pyarrow as pa
from deltalake import Schema
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.warehouse.arrow_types import arrow_schema, arrow_type, delta_type_text, type_text
from tests.drawing import drawn

SIMPLE = st.sampled_from(
    [
        "string", "boolean", "byte", "short", "integer", "long", "float", "double", "date",
        "timestamp", "timestamp_ntz", "binary",
    ]
) | st.integers(1, 38).flatmap(
    lambda precision: st.integers(0, precision).map(lambda scale: f"decimal({precision},{scale})")
)  # fmt: skip
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)


def struct_text(fields):
    return type_text(pa.struct([(name, arrow_type(text)) for name, text in fields]))


TYPES = st.recursive(
    SIMPLE,
    lambda inner: (
        inner.map("array<{}>".format)
        | st.tuples(inner, inner).map(lambda pair: f"map<{pair[0]},{pair[1]}>")
        | st.lists(
            st.tuples(NAMES, inner), min_size=1, max_size=4, unique_by=lambda f: f[0].casefold()
        ).map(struct_text)
    ),
    max_leaves=6,
)


@drawn(100)
@given(TYPES)
def test_a_type_text_comes_back_from_arrow(text):
    assert type_text(arrow_type(text)) == text


@drawn(100)
@given(TYPES)
def test_a_type_text_comes_back_from_delta(text):
    stored = Schema.from_arrow(arrow_schema({"c": text}))
    assert delta_type_text(stored.fields[0].type) == text
    assert delta_type_text(json.loads(stored.to_json())["fields"][0]["type"]) == text
