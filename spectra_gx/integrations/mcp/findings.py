"""Rules that did not pass, with what may leave of what they found.

Results are redacted when they are made. They are looked through again here: a column may have been
classified since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from spectra_gx.integrations.mcp.answers import Finding, Quoted, quote
from spectra_gx.report.history import worst_first
from spectra_gx.validation.redaction import hide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spectra_gx.contract.model import Rule, StageContract, Table

_SAMPLES = 5
_LONGEST_ROWS = 1500

_WITHOUT_OPTION = "values are shown only by a server that was started with `--samples`"
_SENSITIVE = "the rule reads a column that is classified, or that nobody can say is not"


def not_passed(rules: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rules that did not pass, worst first."""
    return sorted((rule for rule in rules if rule["status"] != "passed"), key=worst_first)


def finding_of(
    found: Mapping[str, Any],
    contract: StageContract,
    classified: StageContract | None,
    samples: bool,
) -> dict[str, Any]:
    """Return the fields of a `Finding`, but for since when.

    Args:
        found: A rule of stored results, or of a result as JSON has it.
        contract: The stage's.
        classified: The same, as sensitive as any contract declares; None where nobody knows.
        samples: Whether values of tables may leave.
    """
    rule = next((one for one in contract.rules() if one.id == found["id"]), None)
    place = rule.place if rule else None
    shown = _open_table(rule, classified)
    observed = found["observed"]
    hides_message = shown is None and observed is not None
    return {
        "rule": found["id"],
        "status": found["status"],
        "severity": found["severity"] or (str(rule.severity) if rule else None),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "evaluated": found["evaluated"],
        "unexpected": found["unexpected"],
        "message": None if hides_message else quote("run", found["message"]),
        "observed": _observed(observed, shown, samples),
        "samples": _rows(found, rule, shown) if samples and shown else None,
        "hidden": _why_hidden(found, shown, samples),
    }


def findings(
    found: Sequence[Mapping[str, Any]],
    contract: StageContract,
    classified: StageContract | None,
    samples: bool,
) -> list[Finding]:
    """Return rules that did not pass as findings."""
    return [Finding(**finding_of(rule, contract, classified, samples)) for rule in found]


def _open_table(rule: Rule | None, classified: StageContract | None) -> Table | None:
    """Return the table of a rule, of which values may be shown; None where none may.

    A rule that names no column may read any: SQL, and rules about the whole table with a condition.
    """
    table = classified.table(rule.table) if rule and classified else None
    if rule is None or table is None:
        return None
    reads_any = not rule.columns and rule.kind not in ("rows", "columns", "partitioned_by")
    read = {column.name for column in table.columns} if reads_any else {*rule.columns}
    return None if read & table.sensitive_columns else table


def _observed(observed: Any, shown: Table | None, samples: bool) -> Quoted | None:
    if observed is None or shown is None or not samples:
        return None
    return quote("data", _json(observed), _LONGEST_ROWS)


def _rows(found: Mapping[str, Any], rule: Rule | None, table: Table) -> Quoted | None:
    """Return failing rows as JSON: the key, and the values that break the rule."""
    column = rule.columns[0] if rule and len(rule.columns) == 1 else "value"
    rows = []
    for index, value in enumerate(found["sample"][:_SAMPLES]):
        key = found["keys"][index] if index < len(found["keys"]) else {}
        row = {**key, **(value if isinstance(value, Mapping) else {column: value})}
        rows.append(_hide(row, table))
    return quote("data", _json(rows), _LONGEST_ROWS) if rows else None


def _hide(row: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """Hide what is sensitive; of a table with such columns also what it does not declare."""
    declared = {column.name for column in table.columns}
    unknown = row.keys() - declared if table.sensitive_columns else set()
    return hide({*table.sensitive_columns, *unknown}, row)


def _why_hidden(found: Mapping[str, Any], shown: Table | None, samples: bool) -> str | None:
    """Return why values that the results have are not shown; None where none is hidden."""
    if shown is None:
        return _SENSITIVE if found["sample"] or found["observed"] is not None else None
    return None if samples or not found["sample"] else _WITHOUT_OPTION


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
