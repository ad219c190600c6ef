"""datacontract-cli: an ODCS contract over the Parquet files; it sends nothing out by itself."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from datacontract.data_contract import DataContract

from benchmarks.rules import CASES, broken, name

LOGICAL = {
    "long": "integer",
    "integer": "integer",
    "double": "number",
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
}
OPTIONS = {"regex": "pattern", "min": "minimum", "max": "maximum"}
CHECKS = {
    "field_required": "not_null",
    "field_unique": "unique",
    "field_regex": "regex",
    "field_minimum": "min",
    "field_maximum": "max",
    "field_enum": "in_set",
    "field_min_length": "length",
    "field_max_length": "length",
}

case = CASES[sys.argv[2]]
columns: dict[str, dict[str, Any]] = {
    column: {"name": column, "logicalType": LOGICAL[type_], "logicalTypeOptions": {}}
    for column, type_ in case.types.items()
}
quality: list[dict[str, Any]] = []
for rule in case.rules:
    kind, column, wanted = rule
    match kind:
        case "rows":
            quality.append(
                {"id": name(rule), "metric": "rowCount", "mustBeGreaterOrEqualTo": wanted}
            )
        case "not_null":
            columns[column]["required"] = True
        case "unique":
            columns[column]["unique"] = True
        case "in_set":
            columns[column]["enum"] = [{"value": value} for value in wanted]
        case "length":
            columns[column]["logicalTypeOptions"] |= {"minLength": wanted, "maxLength": wanted}
        case "not_less":
            query = f"SELECT count(*) FROM {{model}} WHERE {broken(*rule)}"
            quality.append({"id": name(rule), "type": "sql", "query": query, "mustBe": 0})
        case _:
            columns[column]["logicalTypeOptions"][OPTIONS[kind]] = wanted
contract = {
    "kind": "DataContract",
    "apiVersion": "v3.1.0",
    "id": "bench",
    "version": "1.0.0",
    "name": "bench",
    "status": "active",
    "servers": [
        {
            "server": "files",
            "type": "local",
            "format": "parquet",
            "path": str(Path(sys.argv[1]) / "*.parquet"),
        }
    ],
    "schema": [{"name": "t", "properties": list(columns.values()), "quality": quality}],
}
logging.disable()
run = DataContract(data_contract_str=json.dumps(contract), server="files").test()
named = {(kind, column): name((kind, column, wanted)) for kind, column, wanted in case.rules}
answers: dict[str, int] = {}
for check in run.checks:
    known = check.qualityId or named.get((CHECKS.get(check.type, ""), check.field or ""))
    found = check.diagnostics or {}
    if known == "rows":
        answers[known] = int(check.result.value != "passed")
    elif known:
        # A duplicate's `value` counts groups; a length is asked as a least and a most.
        answers[known] = answers.get(known, 0) + found.get("failed_rows", found["value"])
print(json.dumps(answers))
