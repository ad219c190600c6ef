"""The rules as a person writes them for Soda Core, whatever engine answers."""

from __future__ import annotations

import json
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soda_core.contracts.api.verify_api import verify_contract

from benchmarks.rules import broken, name

if TYPE_CHECKING:
    from benchmarks.rules import Case, Rule

COUNTS = {
    "missing": "missing_count",
    "invalid": "invalid_count",
    "duplicate": "duplicate_count",
    "failed_rows": "failed_rows_count",
}


def check(rule: Rule) -> dict[str, Any]:
    """Return a rule in Soda's words, named as ours."""
    kind, _, wanted = rule
    known = {"name": name(rule), "qualifier": name(rule)}
    match kind:
        case "rows":
            return {"row_count": {**known, "threshold": {"must_be_greater_than_or_equal": wanted}}}
        case "not_null":
            return {"missing": known}
        case "unique":
            return {"duplicate": known}
        case "not_less" | "min" | "max" if isinstance(wanted, str):
            # `valid_min` holds numbers only: a date in it is compared as something else, unsaid.
            return {"failed_rows": {**known, "expression": broken(*rule)}}
        case "regex":
            return {"invalid": {**known, "valid_format": {"regex": wanted, "name": name(rule)}}}
    word = {"length": "length", "min": "min", "max": "max", "in_set": "values"}[kind]
    return {"invalid": {**known, f"valid_{word}": wanted}}


def answers(case: Case, dataset: str, **source: Any) -> dict[str, int]:
    """Verify one contract of all rules; return how many rows break each.

    Args:
        case: What is promised.
        dataset: The table, as Soda names it.
        source: What Soda reads it by: `data_sources`, or `data_source_file_path`.
    """
    contract: dict[str, Any] = {
        "dataset": dataset,
        "columns": [
            {"name": column, "checks": [check(rule) for rule in case.rules if rule[1] == column]}
            for column in case.types
        ],
    }
    if of_table := [check(rule) for rule in case.rules if not rule[1]]:
        contract["checks"] = of_table  # which must not be empty
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contract.yaml"
        path.write_text(json.dumps(contract), encoding="utf-8")
        result = verify_contract(
            contract_file_path=str(path),
            dataset_identifier=None,
            soda_cloud_file_path=None,
            publish=False,
            **{"data_source_file_path": None, **source},
        )
    found = {}
    for one in result.contract_verification_results[0].check_results:
        kind, values = one.check.type, one.diagnostic_metric_values or {}
        if kind == "row_count":
            found[one.check.name] = int(not one.is_passed)
        elif (count := values.get(COUNTS[kind])) is not None:
            # Rows beyond the first of their value are counted; here equals come in pairs.
            found[one.check.name] = int(count) * (2 if kind == "duplicate" else 1)
    return found
