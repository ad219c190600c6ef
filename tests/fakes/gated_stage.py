"""A stage whose build waits until the test lets it go on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.batches:
    primary_key: [batch]
    columns:
      batch: {type: string, required: true, max_length: 40}
"""
BUILDERS = """\
import pyarrow as pa

from spectra_gx import table


@table("shop.batches", publish="append")
def batches(run):
    print("a builder prints")  # which disturbs nobody
    with open("begun", "w") as begun:
        begun.write(run.batch_id)
    with open("gate") as gate:
        gate.read()
    return pa.table({"batch": [run.batch_id]})
"""


class GatedStage(StageProject):
    """Its builder says that it has begun, and then waits: both are named pipes."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            root, CONTRACT, {"stages/shop.py": BUILDERS.replace('open("', f'open("{root}/')}
        )
        os.mkfifo(root / "begun")
        os.mkfifo(root / "gate")

    def wait_until_begun(self) -> str:
        """Return the id of the batch whose build has begun."""
        return (self.root / "begun").read_text()

    def let_go(self) -> None:
        """Let the build go on."""
        (self.root / "gate").write_text("go")
