"""The checks of the Data Contract Specification, which are those of ODCS and of other engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.odcs.quality_import import read_check
from spectra_gx.interop.soda.contract_checks import read_contract_check
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.foreign.draft import ForeignDraft, ForeignTable

_OPERATORS = {
    "mustBeGreaterThanOrEqualTo": "mustBeGreaterOrEqualTo",
    "mustBeLessThanOrEqualTo": "mustBeLessOrEqualTo",
}
"""Operators of version 1.1 → those of ODCS and later versions."""


def read_quality(item: TrackedMapping, at: Path, table: ForeignTable) -> None:
    """Import the checks of a model."""
    read_quality_at(item, at, table.draft)


def read_quality_at(item: TrackedMapping, at: Path, draft: ForeignDraft) -> None:
    """Import the checks of a model or a field at its path in the draft."""
    for check in item.mappings("quality"):
        said = check.rest()
        renamed = {_OPERATORS.get(key, key): value for key, value in said.items()}
        engine = renamed.get("engine")
        found = TrackedMapping(renamed, check.path, draft.losses)
        if isinstance(engine, str) and engine.lower() == "soda":
            _read_soda(found, at, draft)
        else:
            read_check(found, at, draft)


def _read_soda(check: TrackedMapping, at: Path, draft: ForeignDraft) -> None:
    check.take("engine", str)
    check.take("type", str)
    description = check.text("description")
    implementation = check.mapping("implementation")
    table = next(own for own in draft.tables if own.name == at[1])
    column = str(at[3]) if len(at) == len(("tables", "t", "columns", "c")) else None
    options = {"description": description} if description else {}
    read_contract_check(implementation, table, column, options)
    check.end()
