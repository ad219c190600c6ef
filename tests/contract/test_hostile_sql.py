"""SQL that the guard refuses never reaches the engine, whoever made the rule."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.contract.model import Rule
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.metric_queries import query_for
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from tests.contract.checking import contract_of, outcomes, runner_of, store, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.contract.model import StageContract

CONTRACT = contract_of("shop.a:\n  columns: {x: {type: string, required: true}}\n")
HOSTILE = [
    "copy (select * from t) to '{folder}/stolen.csv'",
    "copy t to '{folder}/stolen.parquet' stored as parquet",
    "create external table e stored as csv location '{folder}/secret.csv'",
    "create view v as select 1",
    "drop view t",
    "drop table t_stored",
    "set datafusion.execution.batch_size = 1",
    "select 1; copy (select 1) to '{folder}/stolen.csv'",
    "select * from {{table}}; drop view t",
    "select * from '{folder}/secret.csv'",
    'select * from "{folder}/secret.csv"',
    "select * from t_stored",
    "select * from t",
    "select * from {{table}} as a join t_stored as b on a.x = b.x",
    "select * from generate_series(1, 10)",
    "select * from {{table}}, range(1, 10)",
    "explain select * from {{table}}",
    "with t as (select 1 as x) select * from {{table}}",
    "select * from {{table}} where x = (select x from {{shop.other}})",
    "select * from information_schema.tables",
    "values (1)",
    ") as q, (select 1",
    "select * from {{table}}) as q; drop view t; select * from (select 1",
    "select * from {{table}} -- ",
]


def _rules(text: str) -> Iterator[Rule]:
    yield Rule(id="shop.a.as-sql", table="shop.a", kind="sql", argument=text)
    yield Rule(id="shop.a.as-lax-sql", table="shop.a", kind="sql", argument=text, mostly=0.5)
    yield Rule(
        id="shop.a.as-where",
        table="shop.a",
        kind="required",
        columns=("x",),
        argument=True,
        where=text,
    )
    yield Rule(
        id="shop.a.as-key-where", table="shop.a", kind="unique", columns=("x",), argument=True,
        where=f"true) or ({text}",
    )  # fmt: skip


def _with(rules: Iterator[Rule]) -> StageContract:
    [table] = CONTRACT.tables
    table = dataclasses.replace(table, table_rules=(*table.table_rules, *rules))
    return dataclasses.replace(CONTRACT, tables=(table,))


@pytest.mark.parametrize("text", HOSTILE)
def test_refused_sql_is_never_run(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "loot"
    folder.mkdir()
    (folder / "secret.csv").write_text("x\nsecret\n")
    store(tmp_path, "shop.a", {"x": "string"}, [("a",)])
    rules = list(_rules(text.format(folder=folder)))
    found = outcomes(validate(_with(iter(rules)), tmp_path))
    for rule in rules:
        assert found[rule.id].status == "errored", rule
        assert found[rule.id].message.startswith("could not be evaluated: its SQL is refused: ")
    assert found["shop.a.x.required"].status == "passed"
    assert [file.name for file in folder.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("text", HOSTILE)
def test_refused_sql_in_a_hand_made_suite_is_never_run_either(tmp_path: Path, text: str) -> None:
    """Whoever writes into gx/expectations by hand meets the guard in the engine."""
    folder = tmp_path / "loot"
    folder.mkdir()
    store(tmp_path, "shop.a", {"x": "string"}, [("a",)])
    runner = runner_of(CONTRACT, tmp_path)
    batch: Any = _batch(runner)
    query = text.format(folder=folder).replace("{table}", "{batch}")
    before = batch.scans
    asked = MetricRequest("unexpected_rows_query", "row_count", (), None,
                     {"unexpected_rows_query": query})  # fmt: skip
    with pytest.raises(EngineError, match="refused: "):
        query_for(asked, batch)
    condition = MetricRequest("column_values.nonnull", "unexpected_count", ("x",), query, {})
    with pytest.raises(EngineError, match="refused: "):
        query_for(condition, batch)
    assert batch.scans == before
    assert list(folder.iterdir()) == []


def _batch(runner: Any) -> Any:
    runner.run(CONTRACT.tables[0])
    return runner._gx.batch


@pytest.mark.parametrize("name", ['x" = "x" or true --', 'x"', "x'; drop view t"])
def test_a_column_name_is_never_sql(tmp_path: Path, name: str) -> None:
    said = Rule(
        id="shop.a.said", table="shop.a", kind="compare", columns=("x", name),
        argument={"operator": "<>", "column": name, "literal": None},
    )  # fmt: skip
    store(tmp_path, "shop.a", {"x": "string"}, [("a",)])
    found = outcomes(validate(_with(iter([said])), tmp_path))["shop.a.said"]
    assert found.status == "errored"
    assert found.message == f"could not be evaluated: column `{name}` does not exist"


@pytest.mark.parametrize(
    "value", ["' or true or '", "'; drop view t; --", "\\' or true --", "it''s"]
)
def test_a_value_is_never_sql(tmp_path: Path, value: str) -> None:
    store(tmp_path, "shop.a", {"x": "string"}, [(value,), ("a",)])
    rules = [
        Rule(id="shop.a.enum", table="shop.a", kind="enum", columns=("x",), argument=(value,)),
        Rule(id="shop.a.not", table="shop.a", kind="not_in", columns=("x",), argument=(value,)),
    ]
    found = outcomes(validate(_with(iter(rules)), tmp_path))
    assert found["shop.a.enum"].sample == ("a",)
    assert found["shop.a.not"].sample == (value,)
