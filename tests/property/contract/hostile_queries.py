"""Queries with hostile pieces in them, drawn by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        *(
            "select",
            "*",
            "id",
            "note",
            "email",
            "from",
            "{table}",
            "{shop.customers}",
            "where",
            "=",
            "1",
        ),
        *(
            "(",
            ")",
            ",",
            ";",
            "--",
            "/*",
            "*/",
            "'",
            '"',
            "$$",
            "\\",
            "`",
            "\n",
            "\0",
            "{",
            "}",
            "as",
        ),
        *("union", "with", "x", "insert into", "drop table", "copy", "to", "'/etc/passwd'", "set"),
        *("generate_series(1, 2)", "values (1)", "t", "now()", "select 1", "(select email as note"),
        *(
            "join",
            "on",
            "true",
            "lateral",
            "order by",
            "limit",
            "|>",
            "E'a'",
            "U&'x'",
            "“",
            "as note",
        ),
        *(
            "for update",
            "into y",
            "* replace (email as note)",
            "o(id, note)",
            "recursive",
            "o",
            "o.*",
        ),
    ]
)
SEEDS = st.sampled_from(
    [
        "select * from {table}",
        "select note from {table} where id = 1",
        "with x as (select 1) select",
        "select o.note, upper(email) as up from {table} o join {shop.customers} c on o.id = c.id",
    ]
)


@st.composite
def hostile(draw: Any) -> str:
    """Draw a query with hostile pieces put in at random places."""
    words = draw(SEEDS).split(" ")
    for piece in draw(st.lists(PIECES, max_size=6)):
        words.insert(draw(st.integers(0, len(words))), piece)
    return draw(st.sampled_from([" ", "  ", "\n"])).join(words)


PROJECTIONS = st.sampled_from(
    [
        *("*", "o.*", "c.*", "q.*", "id", "note", "o.note", "o.id", "c.city", "q.note", "q.city"),
        *("email", "o.email", "email as note", "upper(o.email) as note", "o.email as city"),
        *("note as note", "note as email", "q.note as id", "(select max(email) from {table}) note"),
        *("coalesce(note, email) as id", "max(email) over () as note", "email as o", "o.note as c"),
    ]
)
SOURCES = st.sampled_from(
    [
        *("{table}", "{table} o", "{table} as o, {shop.customers} c"),
        "{table} o join {shop.customers} c using (id)",
        "{table} o natural join {shop.customers} c",
        "(select * from {table}) o",
        "(select id, email as note from {table}) o",
        "{table} o, (select email as note, email as city from {table}) q",
        "{table} o left join (select email as city, id from {table}) q on o.id = q.id",
        "{shop.customers} c, (select email as note from {table}) o",
        *("w o", "{table} o, w q", "w"),
    ]
)


@st.composite
def leaky(draw: Any) -> str:
    """Draw a query that the engine would often run, and that tries to rename a sensitive column."""
    projections = ", ".join(draw(st.lists(PROJECTIONS, min_size=1, max_size=3)))
    source = draw(SOURCES)
    head = "with w as (select id, email as note from {table}) " if "w" in source.split() else ""
    tail = draw(
        st.sampled_from(["", " order by 1", " limit 3", " union all select note from {table}"])
    )
    return f"{head}select {projections} from {source}{tail}"
