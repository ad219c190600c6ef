"""Stored tables seen and changed behind the project's back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = (
    "source.portfolio",
    "source.config",
    "source.credentials",
    "source.endpoints",
    "source.endpoint_checks",
)
PREPARE = ("prepare._schema", "prepare._endpoints", "prepare._statusMap")


def folder(root: Path, name: str) -> Path:
    """Return where a table stands below a project."""
    schema, table = name.split(".")
    return root / "warehouse" / "Tables" / schema / table


def stored(root: Path, name: str) -> pa.Table:
    """Read a table as anybody would."""
    return DeltaTable(folder(root, name)).to_pyarrow_table()


def rows(root: Path, name: str) -> list[dict[str, Any]]:
    return stored(root, name).to_pylist()


def version(root: Path, name: str) -> int:
    return DeltaTable(folder(root, name)).version()


def versions(root: Path) -> dict[str, int]:
    return {name: version(root, name) for name in SOURCE}


def replace(root: Path, name: str, table: pa.Table) -> None:
    """Store another table, schema and all, in the place of one."""
    write_deltalake(folder(root, name), table, mode="overwrite", schema_mode="overwrite")


def edit(root: Path, name: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change a table's rows in place, nullability aside."""
    before = stored(root, name)
    changed = before.to_pylist()
    change(changed)
    schema = pa.schema([field.with_nullable(True) for field in before.schema])
    replace(root, name, pa.Table.from_pylist(changed, schema=schema))


def bytes_of(root: Path) -> dict[str, bytes]:
    """Return every file of the source's published tables."""
    tables = root / "warehouse" / "Tables" / "source"
    return {
        str(file.relative_to(tables)): file.read_bytes()
        for file in sorted(tables.rglob("*"))
        if file.is_file()
    }
