"""SQL views over activity logs, for tools that draw charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS
from spectra_gx.warehouse.log.run_history import UNPUBLISHED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


@dataclass(frozen=True)
class ViewDialect:
    """What differs between those who read the views."""

    create: str
    operation: str
    """The operation of a run, from its parameters."""

    rules: str
    """Reads each failing rule of a checkpoint as a row, its id as `rule`."""

    types: dict[str, str]
    """Type of the log → what a missing column is cast to."""

    end: str = ";"


VIEW_DIALECTS = {
    "duckdb": ViewDialect(
        "CREATE OR REPLACE VIEW",
        "json_extract_string(parameters, '$.operation')",
        "CROSS JOIN unnest(from_json(failing_rules, '[\"VARCHAR\"]')) AS f(rule)",
        {"string": "varchar", "long": "bigint", "double": "double", "timestamp": "timestamptz"},
    ),
    "spark": ViewDialect(
        "CREATE OR REPLACE VIEW",
        "get_json_object(parameters, '$.operation')",
        "LATERAL VIEW explode(from_json(failing_rules, 'array<string>')) f AS rule",
        {"string": "string", "long": "bigint", "double": "double", "timestamp": "timestamp"},
    ),
    "tsql": ViewDialect(
        "CREATE OR ALTER VIEW",
        "JSON_VALUE(parameters, '$.operation')",
        "CROSS APPLY (SELECT value AS [rule] FROM OPENJSON(failing_rules)) AS f",
        {"string": "varchar(8000)", "long": "bigint", "double": "float", "timestamp": "datetime2"},
        ";\nGO",
    ),
}
"""By the name that `log --sql` takes."""

_WHICH = """\
stage, source_system, environment, execution_id, correlation_id, contract_version,
  recorded_at"""
_RUN = """\
status, start_time, end_time, duration_seconds, publish_duration_seconds,
  table_creation_duration_ms, rules_declared, rules_passed, rules_failed, rules_errored,
  endpoint_count, endpoint_success_count, notification, error_message, docs_url"""
_TABLE = """\
table_name, table_verdict, table_state, delta_version, row_count, quarantined_count,
  table_age_seconds, publish_mode, rows_staged, rows_deleted, rows_stale, duration_seconds,
  rules_evaluated, critical_passed, critical_failed, critical_errored, warning_passed,
  warning_failed, warning_errored, info_passed, info_failed, info_errored, docs_url"""
_READ = "record_type, parameters, failing_rules"

_VIEWS = {
    "spectra_runs": """\
SELECT
  {which},
  {run},
  CAST(start_time AS date) AS run_date,
  CASE WHEN status = 'Success' THEN 1 ELSE 0 END AS succeeded
FROM spectra_log
WHERE record_type = 'run' AND ({operation} IS NULL OR {operation} NOT IN ({unpublished}))""",
    "spectra_tables": """\
SELECT
  {which},
  {table},
  CAST(recorded_at AS date) AS run_date
FROM spectra_log
WHERE record_type = 'checkpoint' AND execution_id IN (SELECT execution_id FROM spectra_runs)""",
    "spectra_failing_rules": """\
SELECT
  {which},
  table_name,
  f.rule AS rule_id
FROM spectra_log
{rules}
WHERE record_type = 'checkpoint' AND execution_id IN (SELECT execution_id FROM spectra_runs)""",
    "spectra_latest_runs": """\
SELECT
  {which},
  {run}
FROM (
  SELECT *, row_number() OVER (
    PARTITION BY stage, source_system, environment ORDER BY recorded_at DESC
  ) AS place
  FROM spectra_runs
) AS placed
WHERE place = 1""",
    "spectra_daily": """\
SELECT
  stage, environment, run_date,
  count(*) AS runs, sum(succeeded) AS successes,
  avg(duration_seconds) AS average_seconds, max(end_time) AS last_end
FROM spectra_runs
GROUP BY stage, environment, run_date""",
}
"""View → its SELECT; each reads the union of the logs, or views before it."""


def log_views(logs: Sequence[tuple[str, str, Collection[str]]], dialect: str) -> str:
    """Return the statements that create the views.

    Args:
        logs: Name, address and stored columns of each log: older versions stored fewer.
        dialect: A key of `VIEW_DIALECTS`.
    """
    chosen = VIEW_DIALECTS[dialect]
    found = ", ".join(name for name, _, _ in logs)
    statements = [f"-- Views for charts, over the activity log: {found}"]
    if dialect == "duckdb":
        statements += _opened(logs)
    union = "\nUNION ALL\n".join(_columns(name, stored, chosen) for name, _, stored in logs)
    selects = {"spectra_log": union} | {
        name: select.format(
            which=_WHICH,
            run=_RUN,
            table=_TABLE,
            operation=chosen.operation,
            unpublished=", ".join(map(quote_text, UNPUBLISHED)),
            rules=chosen.rules,
        )
        for name, select in _VIEWS.items()
    }
    statements += [f"{chosen.create} {name} AS\n{one}{chosen.end}" for name, one in selects.items()]
    return "\n\n".join(statements) + "\n"


def _opened(logs: Sequence[tuple[str, str, Collection[str]]]) -> Iterator[str]:
    """Yield what makes DuckDB find the logs; elsewhere they are tables of the lakehouse."""
    yield "INSTALL delta;\nLOAD delta;\nCREATE SCHEMA IF NOT EXISTS log;"
    for name, address, _ in logs:
        source = f"delta_scan({quote_text(address)})"
        yield f"CREATE OR REPLACE VIEW {name} AS\nSELECT * FROM {source};"


def _columns(name: str, stored: Collection[str], dialect: ViewDialect) -> str:
    """Return the SELECT of one log, with the columns that views read; what it lacks is null."""
    types = {column.name: column.type for column in LOG_COLUMNS}
    read = dict.fromkeys(", ".join((_READ, _WHICH, _RUN, _TABLE)).replace("\n", " ").split(", "))
    columns = [
        one if one in stored else f"CAST(NULL AS {dialect.types[types[one]]}) AS {one}"
        for one in map(str.strip, read)
    ]
    return f"SELECT\n  {', '.join(columns)}\nFROM {name}"
