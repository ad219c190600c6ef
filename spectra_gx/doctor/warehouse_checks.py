"""Check that tables can be read and written, and find leftovers of interrupted runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.engines.databases.opening import Databases
from spectra_gx.errors import SpectraError, TableNotFoundError
from spectra_gx.store.onelake import onelake_risk
from spectra_gx.warehouse.staging import dead_runs, is_pending
from spectra_gx.warehouse.warehouse import FILES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.warehouse.warehouse import Warehouse

_PLAIN = (1, 2)
"""Delta reader and writer version that every engine supports."""

_WAIT_SECONDS = 2.0


def check_root(warehouse: Warehouse, stages: Sequence[str]) -> Iterator[Finding]:
    """Yield whether the warehouse can be read and written; a file is written for that, and deleted.

    Args:
        warehouse: The warehouse to check.
        stages: Stages that have a contract, to name the command of the first run.
    """
    found, address = warehouse.store.examine((TABLES, FILES)), warehouse.address
    if risk := onelake_risk(address):
        yield Finding(Level.WARNING, "warehouse", *risk)
    if found.obstacle is not None:
        yield Finding(Level.PROBLEM, "warehouse", found.obstacle.message, found.obstacle.fix)
    elif found.used:
        yield Finding(Level.OK, "warehouse", f"`{address}` can be read and written")
    else:
        message = f"`{address}` does not exist yet"
        yield Finding(Level.WARNING, "warehouse", message, _first_run(stages))


def _first_run(stages: Sequence[str]) -> str:
    if not stages:
        return "write a contract, then `spectra-gx run <stage>`"
    stage = "source --sandbox" if "source" in stages else stages[0]
    return f"the first run creates it: `spectra-gx run {stage}`"


def check_tables(warehouse: Warehouse, contracts: Iterable[StageContract]) -> Iterator[Finding]:
    """Yield why declared tables cannot be read, then how many can."""
    tables = [table for contract in contracts for table in contract.tables]
    readable, missing = 0, []
    for table in tables:
        try:
            if uncommon := _uncommon(warehouse, table):
                message = f"`{table.name}` requires Delta {uncommon}, not supported by every engine"
                fix = "keep it if all your readers support it; else rewrite the table without it"
                yield Finding(Level.WARNING, "tables", message, fix)
            readable += 1
        except TableNotFoundError:
            missing.append(table.name)
        except SpectraError as error:
            message, _, fix = error.message.partition("; ")
            yield Finding(Level.PROBLEM, "tables", message, fix or None)
    message = f"{readable} of {len(tables)} declared tables can be read"
    if missing:
        others = len(missing) - 1
        absent = f"and {others} more do" if others else "does"
        message = f"{message}; `{missing[0]}` {absent} not exist yet"
        yield Finding(Level.WARNING, "tables", message, "run the stage that builds it")
    elif tables and readable == len(tables):
        yield Finding(Level.OK, "tables", message)


def _uncommon(warehouse: Warehouse, table: Table) -> str | None:
    """Return the uncommon protocol that a table requires, if any.

    Raises:
        TableNotFoundError: The table does not exist.
    """
    if table.format is TableFormat.DATABASE:
        with Databases(warehouse) as databases:
            databases.table(table)
        return None
    if table.format is not TableFormat.DELTA:
        warehouse.current_version(table)
        return None
    protocol = warehouse.open_declared(table).protocol()
    versions = (protocol.min_reader_version, protocol.min_writer_version)
    if versions[0] <= _PLAIN[0] and versions[1] <= _PLAIN[1]:
        return None
    features = sorted({*(protocol.reader_features or ()), *(protocol.writer_features or ())})
    named = f" with {', '.join(features)}" if features else ""
    return f"reader {versions[0]} and writer {versions[1]}{named}"


def check_leftovers(warehouse: Warehouse) -> Iterator[Finding]:
    """Yield what interrupted runs left in staging, and which locks are taken."""
    dead = dead_runs(warehouse, wait=_WAIT_SECONDS)
    for run in dead:
        message = f"run `{run}` was interrupted and left tables in staging"
        fix = "the next `spectra-gx run` removes them"
        if is_pending(warehouse, run):
            message = f"run `{run}` was interrupted while it published its tables"
            fix = "run its stage again: it publishes the rest first, or says why it cannot"
        yield Finding(Level.WARNING, "staging", message, fix)
    if not dead:
        yield Finding(Level.OK, "staging", "no leftovers of interrupted runs")
    locks = warehouse.held_locks()
    for name, holder in locks.items():
        message = f"`{name}` is taken by {holder}"
        yield Finding(Level.WARNING, "locks", message, "wait until it ends; its lock ends with it")
    if not locks:
        yield Finding(Level.OK, "locks", "no lock is taken")
