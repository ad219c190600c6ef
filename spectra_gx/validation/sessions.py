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

from spectra_gx.warehouse.sessions import new_session, set_option

if TYPE_CHECKING:
    from pathlib import Path

    from deltalake import QueryBuilder

_MEGABYTE = 2**20

_BEYOND_NANOSECONDS = re.compile(
    r"represented as nanoseconds|to Nanosecond|to Timestamp\(ns\)|Timestamp -?\d+ out of range"
)
"""What DataFusion says of an instant that is too far for nanoseconds, in which it counts."""


def open_session(
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


def scratch_folder(owner: object) -> str:
    """Return a folder that only this user may read, and that goes away with its owner.

    It stands where temporary files of this machine do; `TMPDIR` says where.
    """
    folder = tempfile.mkdtemp(prefix="spectra-gx-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether a query was given up because it would have held too much."""
    return "Resources exhausted" in str(error)


def is_beyond_nanoseconds(error: BaseException) -> bool:
    """Return whether a query met an instant that does not fit in 64 bits of nanoseconds."""
    return _BEYOND_NANOSECONDS.search(str(error)) is not None


def is_out_of_disk(error: BaseException) -> bool:
    """Return whether a query was given up because the disk is full."""
    return "No space left on device" in str(error)
