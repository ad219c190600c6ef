"""Our SQL in Spark's words."""

from __future__ import annotations

import pytest

from spectra_gx.engines.spark.translation import spark_sql
from spectra_gx.errors import EngineError


@pytest.mark.parametrize(
    ("ours", "sparks"),
    [
        ("SELECT 1 FROM t ORDER BY x LIMIT 20", "SELECT 1L FROM t ORDER BY x NULLS LAST LIMIT 20"),
        ("SELECT 1.5, 1e3, 0.5e-1", "SELECT 1.5, 1000BD, 0.05"),
        (r"SELECT 'it''s', 'back\slash'", r"SELECT 'it\'s', 'back\\slash'"),
        ('SELECT "a""b", "c`d" FROM t', 'SELECT `a"b`, `c``d` FROM t'),
        ("SELECT CAST('0.1' AS FLOAT)", "SELECT CAST('0.1' AS FLOAT)"),
        (
            "SELECT regexp_like(x, '^a\\.\\z', '-i') FROM t",
            "SELECT x RLIKE '(?dU)^a\\\\.\\\\z' FROM t",
        ),
        (
            "SELECT arrow_cast('2026-01-01T00:00:00', 'Timestamp(Microsecond, None)')",
            "SELECT CAST('2026-01-01T00:00:00' AS TIMESTAMP_NTZ)",
        ),
        ("SELECT arrow_cast(x, 'Decimal128(10, 2)')", "SELECT CAST(x AS DECIMAL(10, 2))"),
        ("SELECT whole_division(a + 1, b)", "SELECT (a + 1L) DIV (b)"),
        ("SELECT array_length(x), unnest(x) FROM t", "SELECT SIZE(x), EXPLODE(x) FROM t"),
        (
            "SELECT row_number() OVER (ORDER BY x) FROM t",
            "SELECT ROW_NUMBER() OVER (ORDER BY x NULLS LAST) FROM t",
        ),
        ("SELECT row_number() OVER () FROM t", "SELECT MONOTONICALLY_INCREASING_ID() FROM t"),
    ],
)
def test_a_question_keeps_its_meaning(ours: str, sparks: str) -> None:
    assert spark_sql(ours) == sparks


def test_rows_are_numbered_as_they_are_stored_where_that_is_asked() -> None:
    query = 'SELECT row_number() OVER () AS "#row" FROM t'
    assert spark_sql(query, in_stored_order=True) == "SELECT `#place` AS `#row` FROM t"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            "SELECT regexp_like(x, '(?!a)b', '-i')",
            "Spark reads the pattern `(?!a)b` in another way",
        ),
        ("SELECT regexp_like(x, y)", "a pattern on Spark is a text that is written down"),
        ("SELECT 1e50", "the number `1e50` has more digits than Spark's decimals have"),
    ],
)
def test_what_has_no_words_in_spark_is_refused(query: str, reason: str) -> None:
    with pytest.raises(EngineError) as refused:
        spark_sql(query)
    assert refused.value.message == reason
