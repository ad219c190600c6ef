"""What CREATE TABLE statements of each dialect become."""

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.schemas.ddl_import import import_ddl


def table(sql, dialect=None):
    conversion = import_ddl({"x.sql": sql.encode()}, dialect)
    [found] = parse_contract(conversion.text.encode(), "x").tables
    return found, [loss.reason for loss in conversion.losses if loss.path != "x.sql"]


@pytest.mark.parametrize(
    ("dialect", "written", "known"),
    [
        ("postgres", "timestamp", "timestamp_ntz"),
        ("postgres", "timestamptz", "timestamp"),
        ("postgres", "integer[]", "array<integer>"),
        ("snowflake", "NUMBER", "decimal(38,0)"),
        ("snowflake", "FLOAT", "double"),
        ("snowflake", "TIMESTAMP_LTZ", "timestamp"),
        ("bigquery", "INT64", "long"),
        ("bigquery", "TIMESTAMP", "timestamp"),
        ("bigquery", "DATETIME", "timestamp_ntz"),
        ("bigquery", "STRUCT<a STRING, b INT64>", "struct<a:string,b:long>"),
        ("tsql", "datetime2", "timestamp_ntz"),
        ("tsql", "bit", "boolean"),
        ("mysql", "datetime", "timestamp_ntz"),
        ("mysql", "int unsigned", "long"),
        ("spark", "MAP<STRING, ARRAY<INT>>", "map<string,array<integer>>"),
        ("duckdb", "HUGEINT", "decimal(38,0)"),
        (None, "varchar", "string"),
    ],
)
def test_types_are_those_of_the_dialect(dialect, written, known):
    found, losses = table(f"create table t (c {written})", dialect)
    assert found.columns[0].type == known
    assert losses == []


@pytest.mark.parametrize(
    ("dialect", "written"), [("postgres", "jsonb"), (None, "timestamp"), ("mysql", "time")]
)
def test_a_type_that_is_not_the_same_is_named(dialect, written):
    _, losses = table(f"create table t (c {written})", dialect)
    assert len(losses) == 1
    assert "became" in losses[0]


@pytest.mark.parametrize(
    ("check", "kinds"),
    [
        ("c >= 0 and c < 9", {"min": 0, "below": 9}),
        ("3 <= c", {"min": 3}),
        ("c between 1 and 5", {"min": 1, "max": 5}),
        ("c in (1, -2)", {"enum": (1, -2)}),
        ("c <> 3", {"sql": "select * from {table} where not (c <> 3)"}),
        ("c > 0 or c is null", {"sql": "select * from {table} where not (c > 0 OR c IS NULL)"}),
    ],
)
def test_a_check_lets_nulls_pass(check, kinds):
    found, losses = table(f"create table t (c bigint check ({check}))", "postgres")
    assert {r.kind: r.argument for r in found.rules if r.kind not in ("type", "columns")} == kinds
    assert losses == []


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("create table t (", (1, 16)),
        ("select 1", (1, 1)),
        ("", (1, 1)),
        ("create table t as select 1 as a", (1, 1)),
    ],
)
def test_what_creates_no_table_is_refused(sql, place):
    with pytest.raises(ContractError) as caught:
        import_ddl({"x.sql": sql.encode()})
    [problem] = caught.value.problems
    assert problem.file == "x.sql"
    assert problem.line == place[0]


def test_a_statement_that_cannot_be_read_is_named_and_the_others_are_read():
    sql = (
        "create table first (a int);\n"
        "create table second (a int not valid at all, b int);\n"
        "create trigger x before insert on first for each row begin update first; end;\n"
        "create table third (a int check (a > 0));"
    )
    conversion = import_ddl({"x.sql": sql.encode()}, "postgres")
    tables = parse_contract(conversion.text.encode(), "x").tables
    assert [table.name for table in tables] == ["x.first", "x.third"]
    [reason] = [loss.reason for loss in conversion.losses if loss.path == "x.sql:2"]
    assert reason.startswith("left out, not SQL that can be read, near ")
    assert reason.endswith("; it was read as postgres")


def test_a_file_of_which_nothing_is_left_is_refused_at_its_first_statement():
    with pytest.raises(ContractError) as raised:
        import_ddl({"x.sql": b"select 1;\ncreate table a (b c d e;\ncreate table f (;"}, None)
    [problem] = raised.value.problems
    assert (problem.file, problem.line) == ("x.sql", 2)
    assert problem.message.endswith("name its dialect with --dialect")
