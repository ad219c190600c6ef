"""What a run offers the functions that build its tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.activities import activity_of
from spectra_gx.runner.building.sql_values import fill_in, number_text, run_literals

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
    from datetime import datetime

    from pydantic import SecretStr

    from spectra_gx.engines.lazy_table import LazyTable
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.runner.building.run_tables import RunTables
    from spectra_gx.runner.run_result import RunIdentity


class Run:
    """A run of a stage, as a builder sees it."""

    def __init__(
        self,
        identity: RunIdentity,
        tables: RunTables,
        access: BuilderAccess,
        log: Callable[[Mapping[str, object]], None],
        *,
        needs: Collection[str] = (),
        own: str = "",
        watermarks: Mapping[str, Any] | None = None,
        watermark_type: str | None = None,
        batch_day: date | None = None,
        conditions: MutableMapping[str, str] | None = None,
    ) -> None:
        """Take everything that is offered.

        Args:
            identity: The run.
            tables: What can be read.
            access: What the project's settings open.
            log: Adds a row to the run's log entry.
            needs: Tables of the stage that have been built before.
            own: The table that is built; empty where it is several.
            watermarks: Table → where its batch begins; tables on their first run are left out.
            watermark_type: The type of the own table's watermark; None without one.
            batch_day: The day that the batch is about; that of the run, UTC, without it.
            conditions: Gets the conditions of `replace_where`, by table.
        """
        self._identity = identity
        self._tables = tables
        self._access = access
        self._log = log
        self._needs = frozenset(needs)
        self._own = own
        self._watermarks = watermarks or {}
        self._watermark_type = watermark_type
        self._batch_day = batch_day or identity.started.date()
        self._conditions = {} if conditions is None else conditions

    # -- tables ------------------------------------------------------------------------------------

    def read(
        self, table: str, columns: Sequence[str] | None = None, where: str | None = None
    ) -> LazyTable:
        """Return rows of a table that the contract declares or consumes, at the pinned version.

        Args:
            table: `schema.table`.
            columns: Those to read; all without it.
            where: Condition on its rows, in contract SQL.

        Raises:
            SpectraError: There is no such table or column, or the condition is refused.
        """
        return self._tables.read(table, columns, where)

    def built(self, table: str) -> LazyTable:
        """Return a table of this stage as it will be after this run.

        Raises:
            BuilderError: The table is not known to be needed.
        """
        return self._tables.built(table, self._needs)

    def staged(self, table: str) -> LazyTable:
        """Return this run's batch of a table of this stage alone.

        Raises:
            BuilderError: The table is not known to be needed, or this run does not build it.
        """
        return self._tables.staged(table, self._needs)

    def sql(self, select: str) -> LazyTable:
        """Return what one SELECT finds; `{schema.table}` is a table as it will be.

        `{watermark}`, `{now}`, `{today}` and `{batch_day}` are values of the run, as in SQL files.

        Raises:
            SpectraError: It is not one SELECT over tables that are declared or consumed.
        """
        values = run_literals(self.now, self.batch_day, self.watermark, self._watermark_type)
        return self._tables.select(fill_in(select, values), self._own, self._needs)

    # -- the run -----------------------------------------------------------------------------------

    @property
    def watermark(self) -> Any:
        """Return where the batch begins, of its column's type; None on the first run."""
        return self._watermarks.get(self._own)

    def watermarks_as_text(self) -> dict[str, str]:
        """Return table → where its batch begins, as text that other programs read."""
        return {table: _as_text(value) for table, value in self._watermarks.items()}

    @property
    def batch_id(self) -> str:
        """Return the id of what this run adds."""
        return self._identity.batch_id

    @property
    def execution_id(self) -> str:
        """Return the id of this run."""
        return self._identity.execution_id

    @property
    def now(self) -> datetime:
        """Return the run's instant, UTC; the same for every builder."""
        return self._identity.started

    @property
    def batch_day(self) -> date:
        """Return the day that the batch is about: the run's own, UTC, unless it is given."""
        return self._batch_day

    def replace_where(self, condition: str) -> None:
        """Say which published rows the batch replaces, for `publish="replace_where"`.

        Raises:
            SpectraError: It is no condition over the table's columns.
        """
        self._tables.check_condition(self._own, condition)
        self._conditions[self._own] = condition

    def log_activity(self, entity_name: str, **details: Any) -> None:
        """Add a row to the run's log entry; arguments as for `NotebookSession.log_activity`."""
        self._log(activity_of(entity_name, details, self._access.redact))

    # -- the world ---------------------------------------------------------------------------------

    @property
    def settings(self) -> Any:
        """Return the project's settings, each under its name in lower case."""
        return self._access.settings

    @property
    def http(self) -> Any:
        """Return the client with retries that sources use, for the source of the settings."""
        return self._access.open_http()

    def secret(self, name: str) -> SecretStr:
        """Return a secret that is set where settings are, in no file that is committed.

        Raises:
            ConfigurationError: It is not set; names where to set it.
        """
        return self._access.secret(name)


def _as_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return number_text(value) if isinstance(value, Decimal) else str(value)
