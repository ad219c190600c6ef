"""A stage that something else builds: the cheapest there is to run, for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from deltalake import write_deltalake

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
contact: "#shop"
tables:
  shop.orders:
    columns:
      order: {type: long, min: 1}
      state: {type: string, enum: [open, sent]}
      note: {type: string, max_length: {value: 5, severity: warning}}
"""
FINE = {"order": 1, "state": "open", "note": "ok"}
BAD_ORDER = FINE | {"order": 0}
BAD_STATE = FINE | {"state": "lost"}
LONG_NOTE = FINE | {"note": "too long"}


class Shop:
    """A project of one stage, whose table changes between runs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "contracts").mkdir(parents=True)
        self.declare(CONTRACT)
        self.hold(FINE)

    def declare(self, contract: str) -> None:
        (self.root / "contracts" / "shop.contract.yaml").write_text(contract, encoding="utf-8")

    def hold(self, *rows: dict[str, object]) -> None:
        schema = pa.schema({"order": pa.int64(), "state": pa.string(), "note": pa.string()})
        write_deltalake(
            self.root / "warehouse" / "Tables" / "shop" / "orders",
            pa.Table.from_pylist([*rows], schema=schema),
            mode="overwrite",
        )

    def go_without_docs(self) -> None:
        """Put a file in the way of the data docs, which take half the time of a run."""
        files = self.root / "warehouse" / "Files"
        files.mkdir()
        (files / "docs").write_text("in the way", encoding="utf-8")
