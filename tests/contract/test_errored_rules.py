"""A table that is not there, a column that is missing or of another type: errored, never passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from great_expectations.execution_engine import PandasExecutionEngine  # noqa: F401 - loads GX
from great_expectations.expectations import registry

from spectra_gx.causes import Cause
from spectra_gx.validation.gx.expectations.keys import ExpectColumnsToBePrimaryKey
from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = contract_of("""
shop.a:
  primary_key: [id]
  rows: {min: 1}
  columns:
    id: {type: long, required: true}
    x: {type: long, required: true, min: 0, unique: true}
    y: {type: string, enum: [a]}
  rules:
    - {id: by-where, column: y, required: true, where: x > 0}
    - {id: by-sql, sql: "select * from {table} where x < 0"}
    - {id: by-star, sql: "select * from {table} where y = 'b'"}
    - {id: by-compare, compare: id <= x}
    - {id: by-compare-value, compare: x <> 7}
    - {id: by-pair, unique: [x, y]}
    - {id: by-reference, references: {columns: [x], table: shop.b, to: [k]}}
shop.b:
  columns:
    k: {type: long}
    z: {type: string}
  rules:
    - {id: by-other, sql: "select * from {table} as b where b.k in (select x from {shop.a})"}
    - {id: by-other-reference, references: {columns: [k], table: shop.a, to: [x]}}
    - {id: by-join, sql: "select b.* from {table} as b join {shop.a} as a on a.x = b.k"}
""")
A = {"id": "long", "x": "long", "y": "string"}
B = {"k": "long", "z": "string"}
NAME_X = {
    *("x.type", "x.required", "x.min", "x.unique", "by-where", "by-sql", "by-compare"),
    *("by-compare-value", "by-pair", "by-reference"),
}
OTHERS = {"shop.b.by-other", "shop.b.by-other-reference", "shop.b.by-join"}


def _errored(found: dict[str, Any]) -> set[str]:
    return {id_ for id_, rule in found.items() if rule.status == "errored"}


def test_whole_tables_pass(tmp_path: Path) -> None:
    store(tmp_path, "shop.a", A, [(1, 1, "a")])
    store(tmp_path, "shop.b", B, [(None, None)])
    found = outcomes(validate(CONTRACT, tmp_path))
    assert {id_ for id_, rule in found.items() if rule.status != "passed"} == {
        "shop.a.by-reference"
    }


def test_a_missing_table_leaves_all_its_rules_errored(tmp_path: Path) -> None:
    store(tmp_path, "shop.b", B, [(1, "a")])
    outcome = validate(CONTRACT, tmp_path)
    found = outcomes(outcome)
    of_a = {id_ for id_ in found if id_.startswith("shop.a.")}
    assert _errored(found) == of_a | OTHERS
    assert all("does not exist" in found[id_].message for id_ in of_a)
    assert {found[id_].cause for id_ in _errored(found)} == {Cause.TABLE_MISSING}
    assert [table.verdict for table in outcome.result.tables] == ["errored", "errored"]
    assert (outcome.result.tables[0].rows, outcome.result.tables[0].delta_version) == (None,) * 2


@pytest.mark.parametrize("instead", [{}, {"X": "long"}])
def test_a_missing_column_errs_every_rule_that_names_it(
    tmp_path: Path, instead: dict[str, str]
) -> None:
    columns = {"id": "long", **instead, "y": "string"}
    store(tmp_path, "shop.a", columns, [(1, *([None] * len(instead)), "a")])
    store(tmp_path, "shop.b", B, [(1, "a")])
    found = outcomes(validate(CONTRACT, tmp_path))
    assert found["shop.a.columns"].status == "failed"
    assert found["shop.a.columns"].observed == {"missing": ["x"], "extra": list(instead)}
    assert _errored(found) == {f"shop.a.{key}" for key in NAME_X} | OTHERS
    assert found["shop.a.x.min"].message == ("could not be evaluated: column `x` does not exist")
    assert found["shop.b.by-join"].message == (
        "could not be evaluated: column `x` of `shop.a` does not exist"
    )
    assert found["shop.a.by-star"].status == "passed"
    assert {found[id_].cause for id_ in _errored(found)} == {Cause.COLUMN_MISSING}


@pytest.mark.parametrize(("stored", "value"), [("string", "1"), ("double", 1.0), ("integer", 1)])
def test_a_column_of_another_type_is_asked_for_nulls_only(
    tmp_path: Path, stored: str, value: Any
) -> None:
    store(tmp_path, "shop.a", {**A, "x": stored}, [(1, value, "a"), (2, None, "a")])
    store(tmp_path, "shop.b", B, [(1, "a")])
    found = outcomes(validate(CONTRACT, tmp_path))
    assert found["shop.a.x.type"].status == "failed"
    assert (found["shop.a.x.required"].status, found["shop.a.x.required"].unexpected) == (
        "failed",
        1,
    )
    assert (
        _errored(found) == {f"shop.a.{key}" for key in NAME_X - {"x.type", "x.required"}} | OTHERS
    )
    assert found["shop.a.x.min"].message == (
        f"could not be evaluated: column `x` is stored as {stored}, declared as long"
    )
    assert {found[id_].cause for id_ in _errored(found)} == {Cause.TYPE_DIFFERS}


def test_an_all_null_column_that_differs_by_case_stands_for_nothing(tmp_path: Path) -> None:
    contract = contract_of("shop.a:\n  columns: {ID: {type: long, required: true}}\n")
    store(tmp_path, "shop.a", {"id": "long"}, [(1,)])
    found = outcomes(validate(contract, tmp_path))
    assert found["shop.a.ID.required"].status == "errored"
    assert found["shop.a.columns"].observed == {"missing": ["ID"], "extra": ["id"]}


def test_one_bad_condition_takes_no_other_rule_down(tmp_path: Path) -> None:
    contract = contract_of("""
    shop.a:
      columns:
        x: {type: string, required: true, enum: ["1", b]}
        y: {type: long, max: 1}
      rules:
        - {id: bad, column: y, min: 0, where: "cast(x as bigint) > 0"}
        - {id: worse, sql: "select * from {table} where cast(x as bigint) > 0"}
    """)
    store(tmp_path, "shop.a", {"x": "string", "y": "long"}, [("1", 1), ("b", 2)])
    found = outcomes(validate(contract, tmp_path))
    assert _errored(found) == {"shop.a.bad", "shop.a.worse"}
    assert found["shop.a.bad"].message.startswith("could not be evaluated: the query failed: ")
    assert {found[id_].cause for id_ in _errored(found)} == {Cause.QUERY_FAILED}
    assert found["shop.a.x.required"].status == found["shop.a.x.enum"].status == "passed"
    assert found["shop.a.y.max"].unexpected == 1


def test_an_expectation_that_crashes_is_errored_never_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ExpectColumnsToCrash(ExpectColumnsToBePrimaryKey):
        def _validate(self, *_: Any, **__: Any) -> Any:
            raise ZeroDivisionError("crash")

    monkeypatch.setitem(
        registry._registered_expectations, "expect_columns_to_be_primary_key", ExpectColumnsToCrash
    )
    store(tmp_path, "shop.a", A, [(1, 1, "a")])
    store(tmp_path, "shop.b", B, [])
    outcome = validate(CONTRACT, tmp_path)
    found = outcomes(outcome)
    assert found["shop.a.primary_key"].status == "errored"
    assert found["shop.a.primary_key"].cause is Cause.EXPECTATION_FAILED
    [of_gx] = [
        result.meta["cause"]
        for result in outcome.checkpoints[0].gx.results
        if result.expectation_config.meta["rule"] == "shop.a.primary_key"
    ]
    assert of_gx == "expectation_failed"
    assert found["shop.a.x.min"].status in ("passed", "errored")


def test_days_beyond_the_calendar_are_errored_where_they_would_be_shown(tmp_path: Path) -> None:
    contract = contract_of('shop.a:\n  columns: {x: {type: date, max: "2026-01-01"}, y: string}\n')
    store(tmp_path, "shop.a", {"x": "date", "y": "string"}, [(2932897, "a")])
    found = outcomes(validate(contract, tmp_path))["shop.a.x.max"]
    assert found.status == "errored"
    assert found.message.endswith("a day or an instant lies outside the years 1 to 9999")
    assert found.cause is Cause.VALUE_OUT_OF_RANGE


def test_a_table_has_the_cause_nearest_to_the_root(tmp_path: Path) -> None:
    store(tmp_path, "shop.a", {"id": "string", "y": "string"}, [("1", "a")])
    store(tmp_path, "shop.b", B, [(1, "a")])
    outcome = validate(CONTRACT, tmp_path)
    causes = {rule.cause for rule in outcome.result.tables[0].rules}
    assert causes == {None, Cause.COLUMN_MISSING, Cause.TYPE_DIFFERS}
    assert outcome.result.tables[0].cause is Cause.COLUMN_MISSING
