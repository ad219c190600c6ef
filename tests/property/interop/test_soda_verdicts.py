"""Imported checks of Soda fail on the tables on which Soda's metrics break their thresholds.

`soda_checks.yaml` has what Soda means by each check, written down by hand; DuckDB runs it.
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
WITHOUT_FILTER = {"reference", "same-rows", "failed-query"}


def _types(name: str, types: dict[str, str]) -> dict[str, Any]:
    spelled = {column: SQL_TYPES[kind] for column, kind in types.items()}
    return {f"checks for {name}": [{"schema": {"fail": {"when wrong column type": spelled}}}]}


def _filtered(check: Any) -> Any:
    kind, content = (check, {}) if isinstance(check, str) else next(iter(check.items()))
    return {kind: {**(content or {}), "filter": WHERE}}


def _of_language(checks: dict[str, Any]) -> dict[str, bytes]:
    document = {**_types("p", PARENT)}
    for name, check in checks.items():
        document |= _types(name, CHILD)
        document[f"checks for {name}"].append(check)
    return {"x.yml": json.dumps(document).encode()}


def _of_contracts(checks: dict[str, Any], column: str | None) -> dict[str, bytes]:
    files = {}
    for name, types in {**dict.fromkeys(checks, CHILD), "p": PARENT}.items():
        columns: list[dict[str, Any]] = [
            {"name": each, "data_type": SQL_TYPES[kind]} for each, kind in types.items()
        ]
        document: dict[str, Any] = {"dataset": f"d/x/{name}", "columns": columns}
        target = next((each for each in columns if each["name"] == column), document)
        if name in checks:
            target["checks"] = [checks[name]]
        files[f"soda/{name}.yml"] = json.dumps(document).encode()
    return files


@cache
def _verdicts() -> tuple[Verdicts, dict[str, str]]:
    imported: dict[str, Conversion] = {}
    queries: dict[str, str] = {}
    for name, given_check in read_checks(HERE / "soda_checks.yaml").items():
        check = given_check.get("check") or given_check["contract"]
        checks = {"m": check}
        queries[f"m/{name}"] = given_check["fails"].format(m="m", p="p")
        if name not in WITHOUT_FILTER and "contract" not in given_check:
            checks["w"] = _filtered(check)
            rows = f"(select * from w where {WHERE})"
            queries[f"w/{name}"] = given_check["fails"].format(m=rows, p="p")
        files = (
            _of_contracts(checks, given_check.get("column"))
            if "contract" in given_check
            else _of_language(checks)
        )
        imported[name] = import_files("soda", files)
    return Verdicts(imported), queries


@drawn(3, many=15)
@given(rows_of_child(), rows_of_parent())
def test_a_check_fails_where_sodas_metric_breaks_its_threshold(child, parent) -> None:
    tables = {"x.m": (CHILD, child), "x.w": (CHILD, child), "x.p": (PARENT, parent)}
    verdicts, queries = _verdicts()
    assert verdicts.left_out == set()
    assert verdicts.differing(tables, answers_of(queries, tables)) == {}
