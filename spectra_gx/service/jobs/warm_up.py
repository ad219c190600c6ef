"""Make the first check as fast as the ones after it."""

from __future__ import annotations

from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import pyarrow as pa

from spectra_gx.contract.loading import parse_contract
from spectra_gx.engines.registry import engine_named
from spectra_gx.runner.checks.checking import CheckParameters, check
from spectra_gx.runner.events import Events
from spectra_gx.runner.run_result import RunIdentity
from spectra_gx.version import __version__
from spectra_gx.warehouse.warehouse import Warehouse

_CONTRACT = b"""\
contract: warm
version: 1.0.0
owner: spectra-gx
purpose: Is checked once, so that the next check waits for nothing.
tables:
  warm.rows:
    primary_key: [id]
    columns:
      id: {type: long, required: true, min: 0}
      name: {type: string, pattern: "^[a-z]+$", unique: true}
      at: {type: timestamp, max: now}
    rules:
      - {id: no-nulls, sql: "SELECT id FROM {warm.rows} WHERE id is null"}
"""


def warm_up() -> None:
    """Check a table of one row, which imports the engine and Great Expectations.

    No setting of the project counts for it, and nobody hears of it.
    """
    now = datetime.now(UTC)
    names = ("warm",) * 6
    with TemporaryDirectory(prefix="spectra-gx-warm-") as folder:
        contract = parse_contract(_CONTRACT, "warm.contract.yaml")
        warehouse = Warehouse(folder)
        rows = {"id": [1], "name": ["a"], "at": pa.array([now], pa.timestamp("us", "UTC"))}
        warehouse.write("warm.rows", pa.table(rows), execution_id="warm")
        identity = RunIdentity(*names, "pipeline", __version__, now)
        everything = {contract.name: contract}
        engine = engine_named("datafusion", None)
        check(contract, everything, warehouse, identity, CheckParameters(), engine, Events(()))
