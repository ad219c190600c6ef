"""The tables that a person names: `schema.table` of the warehouse, or a path."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import canonical_type
from spectra_gx.contract.report import quote
from spectra_gx.errors import TableNotFoundError, UsageError
from spectra_gx.warehouse import delta

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from deltalake import DeltaTable

    from spectra_gx.warehouse.tables import Warehouse

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")
_UNSAYABLE = re.compile(r"[ ,;{}()=]|^$")
_UNFIT = re.compile(r"\W+", re.ASCII)


@dataclass(frozen=True)
class Opened:
    """A table that can be asked, pinned at one version."""

    name: str
    """`schema.table`; the schema is empty when it is for the stage to say."""

    location: str | None
    """As a contract writes it; None for a table of the warehouse."""

    table: DeltaTable
    types: Mapping[str, str]

    def ask(self, sql: str) -> pa.Table:
        """Answer a SELECT over the table, which it calls `t`."""
        return delta.query(self.table, sql)


def open_named(named: str, warehouse: Warehouse) -> Opened:
    """Return the table that a person names.

    Raises:
        TableNotFoundError: There is none.
        UsageError: It has a type that a contract cannot name.
        WarehouseError: It cannot be read.
    """
    if _NAME.fullmatch(named) and (warehouse.exists(named) or not Path(named).exists()):
        return _opened(named, None, warehouse.open(named))
    folder = Path(named).absolute()
    if not folder.is_dir() or not delta.is_table(str(folder)):
        raise TableNotFoundError(
            f"no Delta table stands at `{named}`; name one as `schema.table`, or its folder"
        )
    table = delta.open_table(str(folder), named)
    parts = _below(folder, warehouse.root / "Tables")
    if parts and _NAME.fullmatch(".".join(parts)):
        return _opened(".".join(parts), None, table)
    inside = _below(folder, warehouse.root)
    location = "/".join(inside) if inside else folder.as_posix()
    return _opened("." + _word(folder.name), location, table)


def _below(path: Path, folder: Path) -> tuple[str, ...]:
    """Return the steps from a folder down to a path; none if it is not below."""
    inside = Path(os.path.relpath(path, folder)).parts
    return () if ".." in inside else inside


def _word(text: str) -> str:
    """Return a file's name as the name of a table."""
    word = _UNFIT.sub("_", text).strip("_") or "table"
    return word if not word[0].isdigit() else f"_{word}"


def _opened(name: str, location: str | None, table: DeltaTable) -> Opened:
    types = delta.columns_of(table)
    for column, text in types.items():
        if _UNSAYABLE.search(column) or not column.isprintable():
            raise UsageError(
                f"column {quote(column)} of `{location or name}` has a name that no contract can "
                "declare; rename it without spaces and ,;{}()="
            )
        try:
            canonical_type(text)
        except ValueError as error:
            raise UsageError(
                f"column `{column}` of `{location or name}` cannot be declared: {error}"
            ) from None
    return Opened(name, location, table, types)
