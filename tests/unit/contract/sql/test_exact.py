"""Contract SQL with the types of its columns: what is refused, and what is written anew."""

from __future__ import annotations

import pytest

from spectra_gx.contract.loading import parse_contract, parse_document
from spectra_gx.contract.sql.exact import exact_condition, exact_query
from spectra_gx.contract.sql.guard import SqlRefused, guard_query
from spectra_gx.errors import ContractError

TYPES = {
    "b": "byte", "i": "integer", "l": "long", "f": "float", "x": "double", "m": "decimal(10,2)",
    "d": "date", "ts": "timestamp", "n": "timestamp_ntz", "t": "string", "bo": "boolean",
    "bi": "binary", "a": "array<long>", "s": "struct<k:integer,v:string>", "p": "map<string,date>",
    "unknown": None,
}  # fmt: skip

DAY = "write a day as '2024-01-05'"
CAST = "cast one of them"
REFUSED = [
    ("d > 20240105", DAY),
    ("20240105 < d", DAY),
    ("d = 5", DAY),
    ("d in (20240105, 20240106)", DAY),
    ("d not in (20240105)", DAY),
    ("d between 20240101 and 20240131", DAY),
    ("case d when 20240105 then true else false end", DAY),
    ("case when bo then d else 5 end is null", DAY),
    ("coalesce(d, 20240105) is null", DAY),
    ("nullif(d, 20240105) is null", DAY),
    ("greatest(d, 5) is null", DAY),
    ("least(5, d) is null", DAY),
    ("nvl(d, 5) is null", DAY),
    ("nvl2(t, d, 5) is null", DAY),
    ("(d is distinct from 5)", DAY),
    ("(d, i) in ((5, 5))", DAY),
    ("p['x'] > 20240105", DAY),
    ("ts > 1704412800", DAY),
    ("d = '20240105'", "write it as '2024-01-05'"),
    ("d = '2024-02-30'", "write it as '2024-01-05'"),
    ("d = t", "write it as '2024-01-05'"),
    ("n > '2024-01-05 12:00:00Z'", "write it as"),
    ("t > 5", "write a text in quotes and a number without"),
    ("i = '5'", "write a text in quotes and a number without"),
    ("t in ('a', 5)", "write a text in quotes and a number without"),
    ("s['v'] = 5", "write a text in quotes and a number without"),
    ("extract(year from d) = '2024'", "write a text in quotes and a number without"),
    ("m > x", "digits are lost; cast one of them, such as `cast(price as double)`"),
    ("coalesce(m, f) > 0", "digits are lost"),
    ("bo = 1", CAST),
    ("bo = 'true'", CAST),
    ("ts > d", CAST),
    ("ts > n", CAST),
    ("bi = 'a'", CAST),
    ("a = s", CAST),
    ("array_has(a, 'x')", "write a text in quotes"),
    ("t + 1 > 0", "calculates with text (string) and whole number"),
    ("d + x > d", "calculates with date and floating-point number (double)"),
    ("- t = 'a'", "only numbers have a sign"),
    ("t & 1 = 0", "takes bits of something else"),
    ("cast(d as int) > 5", "by counting from 1970"),
    ("cast(i as date) > d", "by counting from 1970"),
    ("to_date(i) > d", "is given whole number"),
    ("date_trunc('month', t) > n", "is given text"),
    ("sqrt(t) > 1", "is given text"),
    ("cast(l as bigint unsigned) > 0", "use `decimal(20, 0)`"),
    ("array_sum(a) > 0", "may outgrow its bits unseen"),
    ("roundd(x) > 0", "is not a function that is known here — did you mean 'round'?"),
    ("make_array(1, 2)[1] > x", "whose type is not known"),
    (" + ".join(["l"] * 3000) + " > 0", "write it more simply"),
]


@pytest.mark.parametrize(("condition", "why"), REFUSED)
def test_values_of_two_kinds_are_refused(condition: str, why: str) -> None:
    with pytest.raises(SqlRefused) as caught:
        exact_condition(condition, TYPES)
    assert why in str(caught.value)


AS_WRITTEN = [
    "(d - d) * 1073741824 > l",  # days need 32 bits
    f"l < {'9' * 38}",
    "i > 5 and (l = 3 or t like 'a%')",
    "m > 1.5",
    "d = '2024-01-05' and d < date '2024-02-01'",
    "d in ('2024-01-05', '2024-01-06')",
    "t is null or length(trim(t)) = 0",
    "i between 1 and 2.5",
    "unknown > 5 and unknown = 'a' and unknown + 1 > d",
    "s['k'] > 3 and a[1] < 5",
    "x > 5",
    "null = d",
    "d + 1 > d - 30",
    "d - d > 5",
    "extract(year from d) = 2024",
    "regexp_like(t, '^a') and starts_with(t, 'b')",
]


@pytest.mark.parametrize("condition", AS_WRITTEN)
def test_what_means_one_thing_is_left_as_it_is(condition: str) -> None:
    expected = {"x > 5": "(nanvl((x) + 0, CAST('NaN' AS DOUBLE)) > 5)"}.get(condition, condition)
    assert exact_condition(condition, TYPES).text == expected


WRITTEN_ANEW = [
    ("i * i > 5", "CAST(i AS BIGINT) * CAST(i AS BIGINT) > 5"),
    ("i + 1 > 5", "CAST(i AS BIGINT) + 1 > 5"),
    ("l + 1 > 5", "CAST(l AS DECIMAL(20, 0)) + 1 > 5"),
    ("- b > 5", "-CAST(b AS BIGINT) > 5"),
    ("(l + 1) / 2 > 5", "CAST((CAST(l AS DECIMAL(20, 0)) + 1) AS BIGINT) / 2 > 5"),
    ("coalesce(l + 1, 0) > 5", "coalesce(CAST(CAST(l AS DECIMAL(20, 0)) + 1 AS BIGINT), 0) > 5"),
    (
        "(i + i) * 2147483648 > l",
        "CAST((CAST(i AS BIGINT) + CAST(i AS BIGINT)) AS DECIMAL(20, 0)) * 2147483648 > l",
    ),
    (
        "cast(i as uint) * 4611686018427387904 > l",
        "CAST(CAST(i AS UINT) AS DECIMAL(20, 0)) * 4611686018427387904 > l",
    ),
    ("l < 1e3", "l < 1000.0"),
    (f"l < {'9' * 37}", f"l < {'9' * 37}.0"),
    ("l < 9223372036854775808", "l < 9223372036854775808.0"),
    ("coalesce(d, '2024-01-05') is null", "coalesce(d, CAST('2024-01-05' AS DATE)) IS NULL"),
    (
        "n > '2024-01-05 12:00:00'",
        "n > arrow_cast('2024-01-05 12:00:00', 'Timestamp(Microsecond, None)')",
    ),
    ("t = 'it''s \"{x}\"' and - b > 5", "t = 'it''s \"{x}\"' AND -CAST(b AS BIGINT) > 5"),
]


@pytest.mark.parametrize(("condition", "anew"), WRITTEN_ANEW)
def test_what_would_wrap_is_written_anew(condition: str, anew: str) -> None:
    text = exact_condition(condition, TYPES).text
    assert text == f"({anew})"


QUERIES = [
    ("select d from {table} union all select i from {demo.other}", DAY),
    ("select * from {table} as a join {demo.other} as b on a.d = b.i", DAY),
    ("select * from {table} as a join {demo.other} as b using (k)", "write a text in quotes"),
    ("select * from {table} as a natural join {demo.other} as b", "write a text in quotes"),
    ("select * from {table} where d in (select i from {demo.other})", DAY),
    ("select * from {table} as a where exists (select 1 from {demo.other} where i = a.d)", DAY),
    ("select * from {table} where d > (select max(i) from {demo.other})", DAY),
    ("with q as (select d as e from {table}) select * from q where e = 5", DAY),
    ("select * from (select d as e from {table}) as q where e = 5", DAY),
    ("select max(d) as m from {table} group by k having max(d) > 5", DAY),
    ("select *, row_number() over (order by d) as r from {table} qualify d > 5", DAY),
    ("select lag(d, 1, 5) over (order by k) as m from {table}", DAY),
]


@pytest.mark.parametrize(("query", "why"), QUERIES)
def test_kinds_are_followed_through_queries(query: str, why: str) -> None:
    types = {"demo.t": {"d": "date", "k": "long"}, "demo.other": {"i": "integer", "k": "string"}}
    readable = {table: dict.fromkeys(columns, False) for table, columns in types.items()}
    guarded = guard_query(query, table="demo.t", tables=readable)
    with pytest.raises(SqlRefused) as caught:
        exact_query(guarded, types)
    assert why in str(caught.value)


CONTRACT = """
contract: demo
version: 1.0.0
owner: me
tables:
  demo.t:
    columns: {{d: date, err: integer, total: long, l: long}}
    rules:
      - id: r
        {}
"""


@pytest.mark.parametrize(
    ("keys", "place", "message"),
    [
        (
            'sql: "select * from {table} where d > 20240105"',
            (10, 14),
            f"`sql` of 'demo.t.r': `d > 20240105` compares date with whole number; {DAY}",
        ),
        (
            'column: l\n        min: 0\n        where: "5 < d"',
            (12, 16),
            f"`where` of 'demo.t.r': `5 < d` compares whole number with date; {DAY}",
        ),
    ],
)
def test_lint_says_where_and_what_to_write(keys: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(ContractError) as caught:
        parse_contract(CONTRACT.format(keys).encode(), "demo.contract.yaml")
    [problem] = caught.value.problems
    assert (problem.line, problem.column, problem.message) == (*place, message)


def test_lint_notes_that_whole_numbers_divide_whole() -> None:
    keys = (
        'sql: "select * from {table} where err / total > 0.3 and cast(err as double) / total > 1"'
    )
    document = parse_document(CONTRACT.format(keys).encode(), "demo.contract.yaml")
    assert document.report.problems == ()
    [note] = document.report.notes
    assert (note.line, note.column) == (10, 14)
    assert note.message == (
        "`err / total` in 'demo.t.r' divides whole numbers and leaves the fraction out; "
        "where that is not meant, cast one of them to double"
    )
