"""DataFusion sessions that stay within memory: what outgrows it goes to disk, or is given up.

Grouping goes to disk. A hash join does not, and two sorts at once take each other's room: what was
given up is asked once more of a thrifty session, which joins by sorting, with one processor.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from typing import TYPE_CHECKING

from spectra_gx.engines.sql_text import quote_name
from spectra_gx.warehouse.datafusion_sessions import new_session, set_option

if TYPE_CHECKING:
    from pathlib import Path

    from deltalake import QueryBuilder

    from spectra_gx.engines.snapshot import PinnedTable

_MEGABYTE = 2**20

_BEYOND_NANOSECONDS = re.compile(
    r"represented as nanoseconds|to Nanosecond|to Timestamp\(ns\)|Timestamp -?\d+ out of range"
)
"""What DataFusion says of an instant that is too far for nanoseconds, in which it counts."""

STORED = "_stored"
"""Ends the name under which a table is read straight from its files."""

ALL_ROWS = f"LIMIT {2**63 - 1}"
"""Keeps filters away from the files' statistics where these are not exact: they leave NaN out, and
hold decimals as floats, so that DataFusion would skip files that hold what is looked for."""

_INEXACT = ("double", "float", "decimal")
"""Types whose statistics are not exact."""


def open_query_builder(
    megabytes: int,
    scratch: str | Path,
    *,
    processors: int | None = None,
    thrifty: bool = False,
) -> QueryBuilder:
    """Return a session that knows no table yet.

    Args:
        megabytes: What its queries may hold.
        scratch: Folder for what they hold beyond that.
        processors: How many a query may keep busy; all of the machine's without it.
        thrifty: Whether joins, too, go by way of the disk, however long that takes.
    """
    options = {
        "runtime.memory_limit": f"'{megabytes}M'",
        "runtime.temp_directory": "'" + str(scratch).replace("'", "''") + "'",
        # The disk's own size is the limit.
        "runtime.max_temp_directory_size": "'1000000G'",
        # `1.5` in contract SQL is the number 1.5, as in standard SQL, and not the nearest double.
        "sql_parser.parse_float_as_decimal": "true",
    }
    if thrifty:
        options["optimizer.prefer_hash_join"] = "false"
        # Without it a sort takes all there is, and has nothing left to merge what it wrote.
        options["execution.sort_spill_reservation_bytes"] = str(megabytes * _MEGABYTE // 3)
    if processors is not None:
        options["execution.target_partitions"] = str(processors)
    session = new_session()
    for option, value in options.items():
        set_option(session, option, value)
    return session


def register_table(session: QueryBuilder, known_as: str, table: PinnedTable) -> None:
    """Make a pinned table known, to contract SQL under a name that only a placeholder can spell."""
    if table.delta is not None:
        session.register(f"{known_as}{STORED}", table.delta)
    elif table.files is not None:
        for statement in table.files.statements(f"{known_as}{STORED}"):
            session.execute(statement).read_all()
    else:
        return
    inexact = any(word in type_ for type_ in table.types.values() for word in _INEXACT)
    for view, source in {
        known_as: f"{known_as}{STORED} {ALL_ROWS if inexact else ''}",
        placeholder_view(table.name): known_as,
    }.items():
        session.execute(f"CREATE VIEW {view} AS SELECT * FROM {source}").read_all()


def placeholder_view(table: str) -> str:
    """Return the name of a table in contract SQL, where no alias or CTE can take its place."""
    return quote_name(f"{{{table}}}")


def scratch_folder(owner: object) -> str:
    """Return a folder that only this user may read, and that goes away with its owner.

    It stands where temporary files of this machine do; `TMPDIR` says where.
    """
    folder = tempfile.mkdtemp(prefix="spectra-gx-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder


def is_memory_exhausted(error: BaseException) -> bool:
    """Return whether a query was given up because it would have held too much."""
    return "Resources exhausted" in str(error)


def exceeds_nanoseconds(error: BaseException) -> bool:
    """Return whether a query met an instant that does not fit in 64 bits of nanoseconds."""
    return _BEYOND_NANOSECONDS.search(str(error)) is not None


def is_disk_full(error: BaseException) -> bool:
    """Return whether a query was given up because the disk is full."""
    return "No space left on device" in str(error)
