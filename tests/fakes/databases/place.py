"""What tests need of a database: to write tables into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class DatabasePlace(Protocol):
    """A database of a test's own."""

    credentials: str | None

    def __init__(self, folder: Path) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def put(self, name: str, rows: pa.Table) -> str:
        """Write a table in place of any other of its name; return its address."""
