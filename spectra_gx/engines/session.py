"""The protocols of engines, and of the sessions that answer queries over pinned tables.

Queries are written once, in DataFusion's SQL. A session of another engine renders them so that the
answer is the same, or refuses with a reason; it never answers differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.snapshot import Snapshot

STORED = "_stored"
"""Ends the name under which a table is read straight from its files.

There an engine may skip files by their statistics, even where these are not exact.
"""

ALL_ROWS = f"LIMIT {2**63 - 1}"
"""Keeps filters away from the files' statistics where these are not exact: they leave NaN out, and
store decimals as floats, so that files with matching rows would be skipped. And away from partition
values, of which not every filter can be decided."""


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do beyond answering one query after another."""

    bounded_memory: bool = True
    """Whether a query keeps to the snapshot's memory, so that larger work is cut into pieces."""

    shared_samples: bool = True
    """Whether the failing rows of many rules are cheaper to fetch together than one by one."""

    stored_order: bool = True
    """Whether `row_number() OVER ()` can count rows as they are stored."""

    quantiles: bool = True
    """Whether it has `median`."""

    approximate: bool = True
    """Whether numbers with more digits than it has are reckoned with as floating-point ones."""


class Session(Protocol):
    """Queries over the tables of one snapshot, answered until the session is closed."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do beyond answering queries, once a table is registered."""

    @property
    def snapshot(self) -> Snapshot:
        """The tables that may be read."""

    @property
    def budget(self) -> Budget:
        """What a query of a contract may cost."""

    @property
    def snapshot_id(self) -> str:
        """The snapshot that is read, for the log; a database's own id where it has one."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def close(self) -> None:
        """Release what the session and its forks use; closing twice is allowed."""

    def fork(self) -> Session:
        """Open a second session on the same snapshot, for another table or worker.

        It knows no names yet, and is closed with this one at the latest.
        """

    def register(self, name: str, *tables: str) -> None:
        """Make a table of the snapshot known; of several, the rows of all, as one view.

        Contract SQL reads the first of them under the name that was registered last.

        Args:
            name: Its name in queries; `NAME_stored` is the same, read straight from the files.
            tables: Their columns are the same.

        Raises:
            EngineError: A table cannot be read.
        """

    def types(self, name: str) -> Mapping[str, str]:
        """Return column → Delta type of what is registered under a name."""

    def query(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        """Return the whole answer to a query.

        Args:
            sql: In DataFusion's SQL, over registered names.
            reads: The tables that it reads; decides whether an error may quote the engine.
            in_stored_order: Whether `row_number() OVER ()` counts rows as they are stored; not of
                a view over several tables.
            fallback: The same query, written to need less memory and more time.

        Raises:
            EngineError: It was refused, failed, or cost more than it may.
        """

    def begin(self, sql: str, *, reads: Collection[str] = ()) -> None:
        """Begin a query whose answer will be wanted, where it can run beside others.

        `query` with the same SQL returns the answer; what was begun and is not wanted is cancelled
        with the session.
        """

    def stream(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        types: Mapping[str, str] | None = None,
    ) -> Iterator[pa.Table]:
        """Yield the answer to a query part by part; an iterator that is closed ends the query.

        Two streams of one query in stored order yield the same rows in the same order.

        Args:
            sql: As for `query`.
            reads: As for `query`.
            in_stored_order: As for `query`.
            types: Column → Delta type that the parts are to have; as computed without it.

        Raises:
            EngineError: As for `query`.
        """

    def render_condition(self, condition: GuardedCondition, types: Mapping[str, str]) -> str:
        """Return a contract's condition in the SQL of queries, as this engine computes it.

        Raises:
            SqlRefused: Values of two kinds meet in it.
            EngineError: This engine may compute it differently; names what.
        """

    def render_query(self, query: GuardedQuery, where: str | None) -> str:
        """Return a contract's query in the SQL of queries; all its tables are registered.

        Args:
            query: What the guard has let through.
            where: A rendered condition that rows of the query's own table meet; None for all.

        Raises:
            SqlRefused: As for conditions.
            EngineError: As for conditions.
        """

    def supports_regex(self, pattern: str) -> bool:
        """Return whether the engine reads a pattern as Python does; if not, Python matches it."""

    def group_by_cost(self, expressions: Sequence[str]) -> list[list[str]]:
        """Return expressions in groups that may share a query, the cheap ones first.

        The first group may be empty. What could need much memory or time shares a query with
        nothing but itself, so that it costs no other rule its answer.
        """


class Engine(Protocol):
    """What opens sessions."""

    @property
    def name(self) -> str:
        """The name that people choose it by."""

    @property
    def parallel(self) -> bool:
        """Whether worker processes can open sessions on a snapshot that they are sent."""

    @property
    def incremental(self) -> bool:
        """Whether a rule that passed here needs no check on the same rows later."""

    @property
    def dataframes(self) -> str:
        """The kind of its data frames, for metrics of GX's own: `pandas` or `spark`."""

    def open(self, snapshot: Snapshot) -> Session:
        """Open a session on a snapshot."""
