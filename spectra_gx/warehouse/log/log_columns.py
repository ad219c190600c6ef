"""The columns of the activity log, and the shape every stored row must have."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from spectra_gx.errors import ActivityLogError, storable
from spectra_gx.warehouse.arrow_types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

logger = logging.getLogger(__name__)

RECORD_TYPES = ("checkpoint", "activity", "run")
"""In the order in which a run's rows are read back; the run's own row completes them."""


@dataclass(frozen=True)
class LogColumn:
    """One column of the log, as the reference documents it."""

    name: str
    type: str
    description: str
    required: tuple[str, ...] = ()
    """Record types whose rows never leave it null."""


_ALL = RECORD_TYPES
_RUN = ("run",)
_CHECKPOINT = ("checkpoint",)
_ACTIVITY = ("activity",)

LOG_COLUMNS: tuple[LogColumn, ...] = (
    LogColumn("record_type", "string", "run, checkpoint or activity", _ALL),
    LogColumn("execution_id", "string", "The run: `{notebook}_{YYYYMMDD}_{HHMMSS}_{ffffff}`", _ALL),
    LogColumn(
        "correlation_id", "string", "The run of an earlier stage that this one consumed", _RUN
    ),
    LogColumn("batch_id", "string", "The batch the run belongs to", _RUN),
    LogColumn("notebook_name", "string", "What ran", _RUN),
    LogColumn("stage", "string", "The stage", _ALL),
    LogColumn("source_system", "string", "The source system", _ALL),
    LogColumn("source_name", "string", "The instance of the source system", _RUN),
    LogColumn("workspace_id", "string", "The Fabric workspace"),
    LogColumn("lakehouse_id", "string", "The Fabric lakehouse"),
    LogColumn("lakehouse_name", "string", "The Fabric lakehouse's name"),
    LogColumn("environment", "string", "The environment whose overrides were applied"),
    LogColumn("execution_mode", "string", "interactive or pipeline", _RUN),
    LogColumn("contract_version", "string", "Version of the contract that was checked", _RUN),
    LogColumn("sdk_version", "string", "Version of this package", _RUN),
    LogColumn("status", "string", "Success or Failed", _RUN),
    LogColumn("error_message", "string", "Why the run or the activity failed"),
    LogColumn("error_summary", "string", "JSON: errors by category"),
    LogColumn("capabilities", "string", "What the run was able to do"),
    LogColumn("parameters", "string", "JSON: what the run was started with, never a secret"),
    LogColumn("duration_seconds", "double", "How long the run, checkpoint or activity took", _RUN),
    LogColumn("start_time", "timestamp", "When the run started", _RUN),
    LogColumn("end_time", "timestamp", "When the run ended", _RUN),
    LogColumn("recorded_at", "timestamp", "When the row was made; the log is read by it", _ALL),
    # metrics of a run
    LogColumn("endpoint_count", "long", "Endpoints of the source that were probed"),
    LogColumn("endpoint_success_count", "long", "Endpoints that answered"),
    LogColumn(
        "calls",
        "string",
        "JSON: the calls to the source by number, their latency and rate, and what became of "
        "the authentication",
    ),
    LogColumn("table_creation_duration_ms", "long", "How long building the tables took"),
    LogColumn("publish_duration_seconds", "double", "How long publishing the tables took"),
    LogColumn("rules_declared", "long", "Rules declared: passed + failed + errored"),
    LogColumn("rules_passed", "long", "Rules that passed"),
    LogColumn("rules_failed", "long", "Rules that failed"),
    LogColumn("rules_errored", "long", "Rules that could not be evaluated"),
    LogColumn("rule_statuses", "string", "JSON: rule id to passed, failed or errored"),
    LogColumn("table_versions", "string", "JSON: every declared table to its Delta version"),
    LogColumn("published_versions", "string", "JSON: tables that the run published to version"),
    LogColumn("held_back", "string", "JSON: tables that it built and did not publish"),
    LogColumn("watermarks", "string", "JSON: table to its watermark: column, type and value"),
    LogColumn("notification", "string", "What became of the notification, or why none was sent"),
    LogColumn("fingerprint", "string", "The same for repeated failures of the same cause"),
    # a checkpoint's result
    LogColumn("table_name", "string", "The table that was checked", _CHECKPOINT),
    LogColumn("table_state", "string", "published, kept or none"),
    LogColumn("table_verdict", "string", "passed, failed or errored", _CHECKPOINT),
    LogColumn("delta_version", "long", "The version published or checked; null when none was"),
    LogColumn("row_count", "long", "Rows of the table"),
    LogColumn("quarantined_count", "long", "Rows of the table that the run quarantined"),
    LogColumn(
        "table_age_seconds",
        "double",
        "How old the table was: from its newest instant to the run, by its `freshness` rule",
    ),
    LogColumn(
        "publish_mode",
        "string",
        "How the table was published: replace, append, merge or replace_where",
    ),
    LogColumn("rows_staged", "long", "Rows of the batch that were published, or were stale"),
    LogColumn("rows_deleted", "long", "Rows of the batch that deleted the row of their key"),
    LogColumn("rows_stale", "long", "Rows of the batch older than the published row of their key"),
    LogColumn("rules_evaluated", "long", "Rules of the table"),
    *(
        LogColumn(f"{severity}_{status}", "long", f"{severity} rules that {status}")
        for severity in ("critical", "warning", "info")
        for status in ("passed", "failed", "errored")
    ),
    LogColumn(
        "rule_values",
        "string",
        "JSON: rule id to `evaluated`, `unexpected` and `observed`; sensitive values are left out",
    ),
    LogColumn("failing_rules", "string", "JSON: ids of the rules that did not pass"),
    LogColumn("docs_url", "string", "The data docs page"),
    # an activity of a run, logged by hand, or of no run
    LogColumn("entity_name", "string", "What the activity was about", _ACTIVITY),
    LogColumn("target_table", "string", "The table it wrote"),
    LogColumn("key_column", "string", "That table's key"),
    LogColumn("project_key", "string", "The project it was for"),
    LogColumn("field_count", "long", "Columns it wrote"),
    LogColumn(
        "metadata",
        "string",
        "JSON: anything else; of a run, what kind of message was sent and which runs it consumed; "
        "of a checkpoint, what passed on which files, which snapshot of a database or Iceberg was "
        "read, and why rules are errored; of an erasure, what is gone; of maintenance, what was "
        "deleted and merged; of a mute or an acknowledgement, what it is about, until when and why",
    ),
)

LOG_SCHEMA: pa.Schema = arrow_schema({column.name: column.type for column in LOG_COLUMNS})

_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "long": (int,),
    "double": (float, int),
    "timestamp": (datetime,),
}


def log_rows(
    execution_id: str, rows: Sequence[Mapping[str, Any]], *, of_run: bool = True
) -> pa.Table:
    """Return a run's rows as the log stores them; absent keys become null.

    An activity that does not fit is left out with a warning: what somebody logs by hand must not
    cost the run its completion marker.

    Args:
        execution_id: What the rows are of.
        rows: The rows.
        of_run: Whether that is a run, which has one `run` row.

    Raises:
        ActivityLogError: Another row is not of the log's shape; names everything that is wrong.
    """
    rows = [row for row in map(_storable, rows) if not _is_bad_activity(execution_id, row)]
    problems = [problem for row in rows for problem in _problems(execution_id, row)]
    runs = sum(row.get("record_type") == "run" for row in rows)
    if runs != of_run:
        problems.append(f"a run has exactly one `run` row, not {runs}")
    if problems:
        raise ActivityLogError(
            f"run `{execution_id}` cannot be recorded: {'; '.join(dict.fromkeys(problems))}"
        )
    return pa.Table.from_pylist(rows, schema=LOG_SCHEMA)


def _is_bad_activity(execution_id: str, row: Mapping[str, Any]) -> bool:
    problems = [*_problems(execution_id, row)] if row.get("record_type") == "activity" else []
    if problems:
        logger.warning("an activity was left out of the log: %s", "; ".join(problems))
    return bool(problems)


def _storable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose texts every reader takes."""
    return {
        name: storable(value) if isinstance(value, str) else value for name, value in row.items()
    }


def _problems(execution_id: str, row: Mapping[str, Any]) -> Iterator[str]:
    record_type = row.get("record_type")
    if record_type not in RECORD_TYPES:
        yield f"`record_type` is {record_type!r}, not one of {', '.join(RECORD_TYPES)}"
    if row.get("execution_id") != execution_id:
        yield "a row carries another `execution_id`"
    for name in row.keys() - set(LOG_SCHEMA.names):
        yield f"`{name}` is not a column of the log"
    for column in LOG_COLUMNS:
        value = row.get(column.name)
        if value is None and record_type in column.required:
            yield f"`{column.name}` is missing from a {record_type} row"
        if value is not None and not _fits(value, column.type):
            # Arrow would take 1.5 for 1 and a naive time for UTC, without a word.
            zoned = " with a zone" if column.type == "timestamp" else ""
            yield f"`{column.name}` takes a {column.type}{zoned}, not a {type(value).__name__}"


def _fits(value: object, text: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, _PYTHON[text]):
        return False
    if text == "long":
        return -(2**63) <= cast("int", value) < 2**63
    return not isinstance(value, datetime) or value.utcoffset() is not None
