"""Open DataFusion query builders with a memory limit: larger queries spill to disk, or fail.

With several processors nothing goes to disk, because parts of a query that do may wait for each
other forever. What was given up is run once more by a thrifty builder, with one processor: it
spills, and joins by sorting, since a hash join never writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.engines.session import ALL_ROWS, STORED
from spectra_gx.warehouse.datafusion_sessions import new_session, set_option
from spectra_gx.warehouse.delta.valid_handles import valid_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deltalake import QueryBuilder

    from spectra_gx.engines.snapshot import PinnedTable, Snapshot

_MEGABYTE = 2**20

_INEXACT = ("double", "float", "decimal")
"""Types whose statistics are not exact."""


def open_query_builder(
    megabytes: int,
    scratch: str | Path,
    *,
    processors: int | None,
    thrifty: bool,
) -> QueryBuilder:
    """Return a query builder that knows no table yet.

    Args:
        megabytes: What its queries may use.
        scratch: Folder for what they need beyond that, with one processor.
        processors: How many a query may keep busy; all of the machine's without it.
        thrifty: Whether joins spill to disk, too, however long that takes.
    """
    options = {
        "runtime.memory_limit": f"'{megabytes}M'",
        "runtime.temp_directory": quote_text(str(scratch)),
        # With one processor, the disk's own size is the limit.
        "runtime.max_temp_directory_size": "'1000000G'" if processors == 1 else "'0'",
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


class QueryBuilders:
    """Two query builders over a snapshot: for speed, and for rows in the order they are stored.

    Each is made when it is first needed, and learns of a table when it is first used.
    """

    def __init__(self, snapshot: Snapshot, scratch: str) -> None:
        """Take the snapshot, and the folder for what does not fit in memory."""
        self.scratch = scratch
        self._snapshot = snapshot
        self._open: dict[bool, tuple[QueryBuilder, set[str]]] = {}

    def builder(
        self, names: Mapping[str, Sequence[str]], *, in_stored_order: bool = False
    ) -> QueryBuilder:
        """Return a builder that knows tables by name.

        `names` is name → tables of the snapshot, whose rows are one view. In stored order it is
        thrifty, too.
        """
        if in_stored_order not in self._open:
            builder = open_query_builder(
                self._snapshot.memory,
                self.scratch,
                processors=1 if in_stored_order else self._snapshot.processors,
                thrifty=in_stored_order,
            )
            self._open[in_stored_order] = builder, set()
        builder, known = self._open[in_stored_order]
        for name, tables in names.items():
            if name not in known:
                _register(builder, name, [self._snapshot.tables[table] for table in tables])
                known.add(name)
        return builder


def _register(builder: QueryBuilder, name: str, tables: Sequence[PinnedTable]) -> None:
    """Make pinned tables one view; contract SQL knows it as the first of them."""
    stored = f"{name}{STORED}"
    if len(tables) == 1:
        _register_stored(builder, stored, tables[0])
    else:
        parts = [f"{stored}{number}" for number in range(len(tables))]
        for part, table in zip(parts, tables, strict=True):
            _register_stored(builder, part, table)
        columns = ", ".join(map(quote_name, tables[0].types))
        _create_view(
            builder, stored, " UNION ALL ".join(f"SELECT {columns} FROM {part}" for part in parts)
        )
    guarded = ALL_ROWS if any(map(_is_misread, tables)) else ""
    _create_view(builder, name, f"SELECT * FROM {stored} {guarded}")
    _create_view(builder, placeholder_view(tables[0].name), f"SELECT * FROM {name}")


def _is_misread(table: PinnedTable) -> bool:
    """Return whether files would be chosen wrongly for a filter.

    Statistics may not be exact. And of a filter over partition columns alone deltalake believes
    that it has chosen the files by it, although a file stays that it could not decide on: it gives
    every row for `NOT coalesce(day = 'mon', false)`.
    """
    partitioned = table.delta is not None and bool(table.delta.metadata().partition_columns)
    return partitioned or any(word in type_ for type_ in table.types.values() for word in _INEXACT)


def _register_stored(builder: QueryBuilder, name: str, table: PinnedTable) -> None:
    if table.delta is not None:
        builder.register(name, valid_now(table.delta))
    elif table.files is not None:
        for statement in table.files.statements(name):
            builder.execute(statement).read_all()


def _create_view(builder: QueryBuilder, name: str, query: str) -> None:
    builder.execute(f"CREATE OR REPLACE VIEW {name} AS {query}").read_all()


def placeholder_view(table: str) -> str:
    """Return the name of a table in contract SQL, where no alias or CTE can take its place."""
    return quote_name(f"{{{table}}}")
