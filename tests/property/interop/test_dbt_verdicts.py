"""Imported tests of dbt fail on the tables on which dbt's own queries find failures.

`dbt_tests.yaml` has what dbt, dbt_utils and dbt_expectations mean by each test, written down by
hand; DuckDB runs it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import given

from spectra_gx.interop.importers import import_files
from tests.drawing import drawn
from tests.property.interop.imported_verdicts import (
    CHILD,
    HERE,
    PARENT,
    SQL_TYPES,
    Verdicts,
    answers_of,
    read_checks,
    rows_of_child,
    rows_of_parent,
)

if TYPE_CHECKING:
    from spectra_gx.interop.losses import Conversion

WHERE = "id > 2"
WITHOUT_CONDITION = {"at-least-one", "equal-rows", "fewer-rows", "rows"}
"""Tests that are named with a condition on rows."""


def _columns(types: dict[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "data_type": SQL_TYPES[kind]} for name, kind in types.items()]


def _model(name: str, column: str | None, test: Any) -> dict[str, Any]:
    model: dict[str, Any] = {"name": name, "columns": _columns(CHILD)}
    [target] = [c for c in model["columns"] if c["name"] == column] or [model]
    return model | {"data_tests": [test]} if target is model else _with_test(model, target, test)


def _with_test(model: dict[str, Any], column: dict[str, Any], test: Any) -> dict[str, Any]:
    column["data_tests"] = [test]
    return model


def _with_condition(test: Any) -> Any:
    kind, arguments = (test, {}) if isinstance(test, str) else next(iter(test.items()))
    return {kind: {**arguments, "config": {"where": WHERE}}}


@cache
def _verdicts() -> tuple[Verdicts, dict[str, str]]:
    imported: dict[str, Conversion] = {}
    queries: dict[str, str] = {}
    for name, check in read_checks(HERE / "dbt_tests.yaml").items():
        models = [_model("m", check.get("column"), check["test"])]
        queries[f"m/{name}"] = check["failures"].format(m="m", p="p")
        if name not in WITHOUT_CONDITION:
            models.append(_model("w", check.get("column"), _with_condition(check["test"])))
            rows = f"(select * from w where {WHERE})"
            queries[f"w/{name}"] = check["failures"].format(m=rows, p="p")
        document = {"models": [*models, {"name": "p", "columns": _columns(PARENT)}]}
        imported[name] = import_files("dbt", {"x.yml": json.dumps(document).encode()}, "postgres")
    return Verdicts(imported), queries


@drawn(3, many=15)
@given(rows_of_child(), rows_of_parent())
def test_a_test_fails_where_dbt_finds_failures(child, parent) -> None:
    tables = {"x.m": (CHILD, child), "x.w": (CHILD, child), "x.p": (PARENT, parent)}
    verdicts, queries = _verdicts()
    assert verdicts.left_out == {"quantile"}  # and named
    assert verdicts.differing(tables, answers_of(queries, tables)) == {}
