"""Mask values that a contract under review would show.

A replay is posted where many read it, before anybody agreed to the change: one that drops `pii`
must not show the values that it hid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, StageContract, Table

_HIDDEN = "confidential"


def mask_columns(new: StageContract, old: StageContract | None) -> StageContract:
    """Return a contract whose columns are sensitive unless the old one showed them, too."""
    return replace(
        new,
        tables=tuple(
            _mask(table, None if old is None else old.table(table.name)) for table in new.tables
        ),
    )


def _mask(table: Table, before: Table | None) -> Table:
    def hidden(column: Column) -> Column:
        earlier = None if before is None else before.column(column.name)
        shown = earlier is not None and not earlier.sensitive
        return column if shown else replace(column, classification=_HIDDEN)

    return replace(table, columns=tuple(map(hidden, table.columns)))
