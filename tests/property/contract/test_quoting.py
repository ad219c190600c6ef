"""Whatever is quoted comes out of an engine, or of a parser, as it went in."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import sqlglot
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.contract.sql.datafusion_dialect import DataFusionDialect
from spectra_gx.contract.sql.quoting import (
    quote_escaped_text,
    quote_literal,
    quote_name,
    quote_text,
)
from spectra_gx.warehouse.datafusion_sessions import new_session
from tests.drawing import drawn

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
"""NUL is no letter of DuckDB's SQL."""

NAMES = TEXTS.filter(len)
ODD = r"""a'b''c"d""e`f``g\h\'i\\"j{k}--l/*m;%n"""


@drawn(60, many=3000)
@given(text=TEXTS, name=NAMES)
@example(text=ODD, name=ODD)
@example(text="' OR 1 = 1 --", name='" FROM t --')
@example(text="line\r\nbreak\t", name="line\r\nbreak\t")
def test_engines_give_back_what_was_quoted(text: str, name: str) -> None:
    query = f"SELECT {quote_text(text)} AS {quote_name(name)}"
    datafusion = pa.RecordBatchReader.from_stream(new_session().execute(query)).read_all()
    [found] = duckdb.sql(query).fetchall()

    assert (datafusion.column_names, datafusion.column(0).to_pylist()) == ([name], [text])
    assert (duckdb.sql(query).columns, found) == ([name], (text,))


@drawn(60, many=3000)
@given(text=TEXTS, name=NAMES)
@example(text=ODD, name=ODD)
def test_parsers_read_what_was_quoted(text: str, name: str) -> None:
    ours = sqlglot.parse_one(
        f"SELECT {quote_text(text)} AS {quote_name(name)}", dialect=DataFusionDialect
    )
    sparks = sqlglot.parse_one(
        f"SELECT {quote_escaped_text(text)} AS {quote_name(name, '`')}", dialect="spark"
    )

    for tree in (ours, sparks):
        [selected] = tree.expressions
        assert (selected.this.name, selected.alias) == (text, name)


@drawn(60, many=3000)
@given(value=st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS)
def test_a_literal_is_the_value_that_it_was_made_of(value: bool | int | str) -> None:
    [[found]] = duckdb.sql(f"SELECT {quote_literal(value)}").fetchall()

    assert (type(found), found) == (type(value), value)
