"""Soda's schema checks as columns, types and what other columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.sql import NotConvertibleError
from spectra_gx.interop.foreign.sql_types import read_sql_type
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.foreign.draft import ForeignTable

_WILD = ("%", "*")


def read_schema(
    said: TrackedMapping, table: ForeignTable, options: dict[str, Any], dialect: str | None
) -> None:
    """Add the columns and types that a check demands; in a contract a missing one always fails."""
    del options
    found = False
    for level in ("fail", "warn"):
        given = said.take(level, dict) or {}
        spelled = {str(key).replace(" ", "_"): value for key, value in given.items()}
        demands = TrackedMapping(spelled, said.at(level), table.draft.losses)
        for column in demands.take("when_required_column_missing", list) or ():
            if not isinstance(column, str) or any(letter in column for letter in _WILD):
                table.draft.add_loss(demands.path, f"`{column}` is a pattern; name the columns")
                continue
            table.column(column, demands.path)
            found = True
        types = demands.take("when_wrong_column_type", dict) or {}
        for column, text in types.items():
            own = table.column(str(column), demands.path)
            known = read_sql_type(str(text), dialect)
            table.put_known_type(own, str(text), known, demands.path)
            found = True
        words = [key for key in demands if key.startswith("when")]
        for key in words:
            demands.take(key, object)
            table.draft.add_loss(demands.at(key), "the contract language has no equivalent")
        if level == "warn" and given:
            table.draft.add_loss(demands.path, "a missing column is always critical")
        demands.end()
    if not found:
        raise NotConvertibleError("it demands no column")
