"""Why a rule could not be evaluated: the kinds of reason, and one reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a rule could not be evaluated, the cause nearest to the root first.

    Each has its section in the runbook. A message says what went wrong; a cause, which kind it is.
    """

    TABLE_MISSING = "table_missing"
    """There is no table, neither of its own nor one that it names."""

    TABLE_UNREADABLE = "table_unreadable"
    """A table is stored and cannot be read."""

    FILE_UNREADABLE = "file_unreadable"
    """A file of a table cannot be read."""

    FILE_CHANGED = "file_changed"
    """A file was changed while it was read."""

    SNAPSHOT_CHANGED = "snapshot_changed"
    """A table was replaced while it was read."""

    COLUMN_MISSING = "column_missing"
    """A column, or a field within one, does not exist."""

    TYPE_DIFFERS = "type_differs"
    """A column is stored with another type than is declared."""

    SQL_REFUSED = "sql_refused"
    """The SQL of the contract is not safe to run."""

    ARGUMENTS_REFUSED = "arguments_refused"
    """An expectation does not take the arguments of the contract."""

    HISTORY_UNREADABLE = "history_unreadable"
    """The activity log cannot be read, so that no earlier run is known."""

    UNSUPPORTED = "unsupported"
    """The engine cannot evaluate such a rule on such data."""

    VALUE_OUT_OF_RANGE = "value_out_of_range"
    """A value lies outside what the engine can compute with."""

    OVER_BUDGET = "over_budget"
    """The query took more time or memory than a rule may."""

    OUT_OF_MEMORY = "out_of_memory"
    """The table needs more memory than the engine may take."""

    DISK_FULL = "disk_full"
    """There is no room for what memory cannot contain."""

    QUERY_FAILED = "query_failed"
    """The engine ended a query with an error."""

    EXPECTATION_FAILED = "expectation_failed"
    """Great Expectations ended an expectation with an error."""

    WORKER_DIED = "worker_died"
    """The process that validated the table ended before it had finished."""

    INTERNAL = "internal"
    """A defect of this package."""


@dataclass(frozen=True)
class Obstacle:
    """Why a rule cannot be evaluated, or a table not be read."""

    cause: Cause
    message: str
    """One sentence for a person, without a value of a sensitive column."""
