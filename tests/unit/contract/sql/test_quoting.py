"""Names and values in quotes."""

from __future__ import annotations

import pytest

from spectra_gx.contract.sql.placeholders import quote_placeholders
from spectra_gx.contract.sql.quoting import (
    quote_escaped_text,
    quote_literal,
    quote_name,
    quote_text,
)


def test_what_quotes_is_doubled() -> None:
    assert (quote_name('a"b'), quote_name("a`b", "`"), quote_text("a'b\\")) == (
        '"a""b"', "`a``b`", "'a''b\\'",
    )  # fmt: skip


def test_spark_has_escapes() -> None:
    assert quote_escaped_text("a'b\\c\r\n") == r"'a\'b\\c\r\n'"


@pytest.mark.parametrize(
    ("value", "sql"), [(True, "true"), (1, "1"), (-1.5, "-1.5"), ("it's", "'it''s'")]
)
def test_a_literal_is_written_by_its_type(value: object, sql: str) -> None:
    assert quote_literal(value) == sql


def test_placeholders_become_names_but_for_those_within_texts() -> None:
    written = quote_placeholders("select '{table}' from {table} join {shop.b} on true")

    assert written == """select '{table}' from "{table}" join "{shop.b}" on true"""
