"""Contract SQL that both engines read alike, and what is refused."""

from __future__ import annotations

import pytest

from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.neutral_sql import neutral_condition, neutral_query
from spectra_gx.engines.spark.java_regexes import java_regex
from spectra_gx.errors import EngineError

SPARK = Target("Spark", "spark", lambda pattern: java_regex(pattern) is not None)
TYPES = {
    "id": "long",
    "n": "integer",
    "x": "double",
    "f": "float",
    "p": "decimal(10,2)",
    "s": "string",
    "b": "boolean",
    "d": "date",
    "t": "timestamp",
    "items": "array<long>",
}


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        ("x > 1.5", "(\"x\" > CAST('1.5' AS DOUBLE PRECISION))"),
        ("p > 1.5", "(\"p\" > CAST('1.5' AS DECIMAL(2, 1)))"),
        ("x + 1 > 3", '(FLOAT_RESULT("x" + 1, "x", 1) > 3)'),
        ("id / 2 = 3", '(WHOLE_DIVISION("id", 2) = 3)'),
        ("x / 2 > 3", '(FLOAT_DIVISION("x", 2) > 3)'),
        ("f = 0.1", "(\"f\" = CAST('0.1' AS REAL))"),
        ("cast(n as bigint) > 1", '(CAST("n" AS BIGINT) > 1)'),
        ("cast(id as double) > 1", '(CAST("id" AS DOUBLE PRECISION) > 1)'),
        ("cast(x as integer) > 1", '(CAST("x" AS INT) > 1)'),
        ("f = n", '("f" = CAST("n" AS DOUBLE PRECISION))'),
        ("f < 1e300", "(\"f\" < CAST('1e+300' AS DOUBLE PRECISION))"),
        ("d < '2026-01-31'", "(\"d\" < '2026-01-31')"),
        ("items is not null", '("items" IS NOT NULL)'),
        ("concat(s, 'a') = 'a'", "(CONCAT(\"s\", 'a') = 'a')"),
        ("coalesce(x, x) > x", '(COALESCE("x", "x") > "x")'),
        ("cast(t as date) = d", '(CAST("t" AS DATE) = "d")'),
    ],
)
def test_a_condition_is_written_so_that_both_read_it_alike(condition: str, written: str) -> None:
    assert neutral_condition(condition, TYPES, SPARK) == written


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("s = 1", "`EQ` compares values of different or unknown types"),
        ("d < 'soon'", "`LT` compares values of different or unknown types"),
        ("round(x) = 1", "`ROUND` may mean something else on Spark"),
        ("cast(s as bigint) > 0", "`CAST` to BIGINT reads some values in another way on Spark"),
        ("cast(s as date) = d", "`CAST` to DATE reads some values in another way on Spark"),
        ("p / 2 > 1", "`DIV` divides decimals or 32-bit numbers"),
        ("x % 2 = 1", "`MOD` takes the rest of something else than whole numbers"),
        ("s like 'a\\_b'", "`LIKE` with a pattern that is no plain text"),
        ("s ~ '(?!a)b'", "`REGEXP LIKE` has a pattern that Spark reads in another way"),
        ("substr(s, -2) = 'a'", "`SUBSTRING` counts from a place that is no number from 1 on"),
        ("items[1] = 1", "`BRACKET` may mean something else on Spark"),
        ("coalesce(f, x) > 1", "`COALESCE` brings values of different or unknown types together"),
        ("nonsense(x)", "`nonsense` may mean something else on Spark"),
    ],
)
def test_what_engines_read_in_two_ways_is_refused_by_name(condition: str, reason: str) -> None:
    with pytest.raises(EngineError) as refused:
        neutral_condition(condition, TYPES, SPARK)
    assert refused.value.message.startswith(reason)


def test_tables_stand_under_the_names_that_a_session_knows() -> None:
    written = neutral_query(
        'select a.id from "{table}" as a where not exists '
        '(select 1 from "{shop.b}" where n = a.id)',
        {"{table}": TYPES, "{shop.b}": {"n": "long"}},
        {"{table}": "(SELECT * FROM t WHERE x > 1)", "{shop.b}": "t1"},
        SPARK,
    )
    assert written == (
        'SELECT "a"."id" AS "id" FROM (SELECT * FROM t WHERE x > 1) AS "a" WHERE NOT EXISTS('
        'SELECT 1 AS "1" FROM t1 AS "{shop.b}" WHERE "{shop.b}"."n" = "a"."id")'
    )


def test_columns_in_having_are_known() -> None:
    query = 'select s, sum(id) as total from "{table}" group by s having sum(id) > 3'
    assert neutral_query(query, {"{table}": TYPES}, {"{table}": "t"}, SPARK).endswith(
        'HAVING SUM("{table}"."id") > 3'
    )


def test_a_mean_is_of_numbers_that_engines_round_alike() -> None:
    def mean(column: str) -> str:
        query = f'select avg({column}) as mean from "{{table}}"'
        return neutral_query(query, {"{table}": TYPES}, {"{table}": "t"}, SPARK)

    assert 'AVG("{table}"."x")' in mean("x")
    with pytest.raises(EngineError, match="rounds the mean of decimals in another way on Spark"):
        mean("p")
    with pytest.raises(EngineError, match="is used on something other than number"):
        mean("s")


def test_rows_are_not_numbered_in_no_order() -> None:
    query = 'select * from (select id, row_number() over () as r from "{table}") as q where r > 1'
    with pytest.raises(EngineError, match="numbers rows in no order that Spark keeps"):
        neutral_query(query, {"{table}": TYPES}, {"{table}": "t"}, SPARK)
