"""Rules that did not pass, with what may leave of what they found.

Results are redacted when they are made. They are looked through again here: a column may have been
classified since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.integrations.mcp.answers import Quoted, quote
from spectra_gx.report.history import worst_first
from spectra_gx.validation.redaction import hide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.model import Rule, StageContract, Table

_SAMPLES = 5
_LONGEST_ROWS = 1500

_WITHOUT_OPTION = "no value is shown: the server was started without `--samples`"
_SENSITIVE = "no value is shown: the rule reads a classified column, or may read one"


def not_passed(rules: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rules that did not pass, worst first."""
    return sorted((rule for rule in rules if rule["status"] != "passed"), key=worst_first)


@dataclass(frozen=True)
class Visibility:
    """A contract, and what may leave of results of its rules."""

    contract: StageContract
    classified: StageContract | None
    """The same, as sensitive as any contract declares; None where nobody knows."""

    samples: bool
    """Whether values of tables may leave."""

    def rule(self, rule_id: str) -> Rule | None:
        """Return a rule of the contract, if it still has that."""
        return next((one for one in self.contract.rules() if one.id == rule_id), None)

    def open_table(self, rule: Rule | None) -> Table | None:
        """Return the table of a rule, where values that it read may be shown; else None.

        A rule that names no column, such as SQL, may read any of any table.
        """
        table = self.classified.table(rule.table) if rule and self.classified else None
        if rule is None or table is None or self.classified is None:
            return None
        if rule.columns or rule.kind == "rows":
            return table if table.sensitive_columns.isdisjoint(rule.columns) else None
        return None if any(one.sensitive_columns for one in self.classified.tables) else table


def finding_of(found: Mapping[str, Any], visibility: Visibility) -> dict[str, Any]:
    """Return the fields of a `Finding`, but for since when.

    `found` is a rule of stored results, or of a result as JSON has it.
    """
    rule, samples = visibility.rule(found["id"]), visibility.samples
    place = rule.place if rule else None
    shown = visibility.open_table(rule)
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
