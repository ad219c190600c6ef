"""Columns under any name: every rule finds what it finds under a plain one, in every format."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv, parquet

from spectra_gx.contract.sql.quoting import quote_name, spell_name
from tests.contract.checking import contract_of, outcomes, validate_here
from tests.drawing import drawn
from tests.fakes.databases.duckdb_place import DuckDbPlace
from tests.fakes.databases.sqlite_place import SqlitePlace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.validation.results import RuleResult
    from tests.fakes.databases.place import DatabasePlace

    Writer: TypeAlias = Callable[[Path, pa.Table], dict[str, str]]

ODD = (
    "Order ID", "a.b", "select", 'quo"te', "it's", "back`tick", "a&b", "100 %", "Größe", "日本",
    "a,b;c", "(x)=y", "type", "t0", "-- x", " padded ",
)  # fmt: skip
NAMES = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(
    lambda name: bool(name.strip()) and name.isprintable() and not {*"{}"} & {*name}
)
"""Braces mark placeholders in SQL, which the rules here have."""

ROWS = ((1, "x", 1), (2, None, 1), (3, "y", None))


def declared(number: str, text: str, other: str) -> dict[str, Any]:
    """Return a contract's table of three columns under these names, with rules of every scope."""
    n, t, o = map(quote_name, (number, text, other))
    return {
        "primary_key": [number],
        "columns": {
            number: {"type": "long", "required": True, "min": 2, "unique": True},
            text: {"type": "string", "required": True, "enum": ["x"], "pattern": "^.$"},
            other: {"type": "long", "unique": True, "max": {"value": 0, "where": f"{n} < 3"}},
        },
        "rules": [
            {"id": "order", "compare": f"{n} < {o}"},
            {"id": "pair", "unique": [other, text]},
            {"id": "known", "references": {"columns": [number], "table": "shop.t", "to": [other]}},
            {"id": "query", "sql": f"SELECT {n}, {t} FROM {{table}} WHERE {o} = 1"},
            {"id": "average", "column": number, "mean": {"max": 1}},
            {"id": "when", "column": text, "required_if": f"{o} = 1"},
            {"id": "steps", "column": number, "sequence": {"step": 2}},
        ],
    }


def found(table: dict[str, Any], root: Path) -> dict[str, Any]:
    """Return rule → what a check finds, without names."""
    every = outcomes(
        validate_here(contract_of(json.dumps({"shop.t": table}, ensure_ascii=False)), root)
    )
    return {rule: facts(one) for rule, one in every.items()}


def facts(one: RuleResult) -> tuple[Any, ...]:
    rows = [
        sorted(map(repr, row.values())) if isinstance(row, dict) else row
        for row in (*one.sample, *one.keys)
    ]
    return one.status, one.evaluated, one.unexpected, one.observed, rows, one.cause


def rows_under(names: Sequence[str]) -> pa.Table:
    return pa.table([pa.array(column) for column in zip(*ROWS, strict=True)], names=list(names))


def write_delta(root: Path, rows: pa.Table) -> dict[str, str]:
    write_deltalake(root / "Tables" / "shop" / "t", rows)
    return {}


def write_mapped_delta(root: Path, rows: pa.Table) -> dict[str, str]:
    """Write the table as Spark would: under names of the files' own."""
    configuration = {"delta.columnMapping.mode": "name"}
    write_deltalake(root / "Tables" / "shop" / "t", rows, configuration=configuration)
    return {}


def write_parquet(root: Path, rows: pa.Table) -> dict[str, str]:
    root.mkdir()
    parquet.write_table(rows, root / "t.parquet")
    return {"format": "parquet", "location": "t.parquet"}


def write_csv(root: Path, rows: pa.Table) -> dict[str, str]:
    root.mkdir()
    csv.write_csv(rows, root / "t.csv")
    return {"format": "csv", "location": "t.csv"}


def write_sqlite(root: Path, rows: pa.Table) -> dict[str, str]:
    return _write_database(SqlitePlace, root, rows)


def write_duckdb(root: Path, rows: pa.Table) -> dict[str, str]:
    return _write_database(DuckDbPlace, root, rows)


def _write_database(
    kind: Callable[[Path], DatabasePlace], root: Path, rows: pa.Table
) -> dict[str, str]:
    root.mkdir()
    with kind(root) as place:
        address = place.put("shop.t", rows)
    assert address is not None
    return {"location": address}


WRITERS = (write_delta, write_mapped_delta, write_parquet, write_csv, write_sqlite, write_duckdb)
PLAIN = ("number", "text", "other")


def check(write: Writer, names: Sequence[str], root: Path) -> dict[str, Any]:
    """Return what is found in a table of these columns."""
    where = write(root, rows_under(names))
    return found({**where, **declared(*names)}, root)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[Writer, dict[str, Any]]:
    return {write: check(write, PLAIN, tmp_path_factory.mktemp("w") / "w") for write in WRITERS}


def respelled(rule: str, names: Sequence[str]) -> str:
    """Return a rule's id with the names in place of the plain ones."""
    for name, odd in zip(PLAIN, names, strict=True):
        rule = rule.replace(f"shop.t.{name}.", f"shop.t.{spell_name(odd)}.")
    return rule


@pytest.mark.parametrize("write", WRITERS)
def test_each_rule_finds_what_it_finds_under_plain_names(
    write: Writer, plain: dict[Writer, dict[str, Any]], tmp_path: Path
) -> None:
    for first in range(0, len(ODD) - 2, 3):
        names = ODD[first : first + 3]
        wanted = {respelled(rule, names): one for rule, one in plain[write].items()}
        assert check(write, names, tmp_path / str(first)) == wanted


@drawn(6)
@given(st.lists(NAMES, min_size=3, max_size=3, unique_by=str.lower))
def test_any_name_that_can_be_read_is_one(
    plain: dict[Writer, dict[str, Any]], names: list[str]
) -> None:
    wanted = {respelled(rule, names): one for rule, one in plain[write_parquet].items()}
    with TemporaryDirectory() as folder:
        assert check(write_parquet, names, Path(folder, "w")) == wanted


def test_names_that_differ_by_case_are_two_columns_of_a_file(tmp_path: Path) -> None:
    rows = pa.table({"id": [1, 2], "ID": [5, None]})
    parquet.write_table(rows, tmp_path / "t.parquet")
    columns = {"id": {"type": "long", "max": 1}, "ID": {"type": "long", "required": True}}
    table = {"format": "parquet", "location": "t.parquet", "columns": columns}
    failed = [rule for rule, facts in found(table, tmp_path).items() if facts[0] == "failed"]
    assert failed == ["shop.t.id.max", "shop.t.ID.required"]


def test_fields_of_a_struct_have_any_name(tmp_path: Path) -> None:
    type_ = pa.struct([("zip code", pa.int64()), ("a`b", pa.string())])
    rows = pa.table({"home address": pa.array([{"zip code": 1, "a`b": None}], type_)})
    write_delta(tmp_path, rows)
    fields = {"zip code": {"type": "long", "min": 2}, "a`b": {"type": "string", "required": True}}
    column = {"type": "struct", "fields": fields}
    every = found({"columns": {"home address": column}}, tmp_path)
    failed = [rule for rule, facts in every.items() if facts[0] == "failed"]
    start = 'shop.t."home address"'
    assert failed == [f'{start}."zip code".min', f'{start}."a`b".required']
    written = {"type": "struct<`zip code`: long, `a``b`: string>"}
    whole = found({"columns": {"home address": written}}, tmp_path)
    assert whole[f"{start}.type"][0] == "passed"
