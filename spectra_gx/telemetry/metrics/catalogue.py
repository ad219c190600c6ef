"""Every metric: its name, its labels, and what it means.

Labels have few values: names of the contract, and fixed words. No execution id, message, key or
version of a table is one. All are gauges, of the last run: a batch job has no counters.
"""

from __future__ import annotations

from dataclasses import dataclass

COMMON = ("stage", "environment")
"""Labels of every metric; the latter is empty where no environment is named."""


@dataclass(frozen=True)
class Metric:
    """One metric."""

    name: str
    meaning: str
    own_labels: tuple[str, ...] = ()
    unit: str = "1"
    """In the code of UCUM, as OpenTelemetry wants it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the names of all its labels."""
        return (*COMMON, *self.own_labels)


CONTRACT_INFO = Metric(
    "spectra_gx_contract_info", "1, with the version of the contract", ("version",)
)
RUN_STATUS = Metric(
    "spectra_gx_run_status",
    "1 for how the last run ended: passed, failed or errored; 0 for the others",
    ("status",),
)
RUN_DURATION = Metric("spectra_gx_run_duration_seconds", "How long the last run took", unit="s")
STEP_DURATION = Metric(
    "spectra_gx_step_duration_seconds", "How long a step of the last run took", ("step",), "s"
)
LAST_RUN = Metric(
    "spectra_gx_last_run_timestamp_seconds", "When the last run ended, as Unix time", unit="s"
)
LAST_SUCCESS = Metric(
    "spectra_gx_last_success_timestamp_seconds",
    "When the last run that was a Success ended; its age is `time()` less this",
    unit="s",
)
PUBLISH_DURATION = Metric(
    "spectra_gx_publish_duration_seconds", "How long publishing the tables took", unit="s"
)
LOG_FAILED = Metric(
    "spectra_gx_log_failed", "1 if the last run could not be recorded in the activity log, else 0"
)
NOTIFICATION_FAILED = Metric(
    "spectra_gx_notification_failed",
    "1 if the last run had a notification that did not arrive, else 0",
)
RULES = Metric("spectra_gx_rules", "Rules by how they ended", ("severity", "status"), "{rule}")
RULE_STATUS = Metric(
    "spectra_gx_rule_status",
    "1 for how a rule ended: passed, failed or errored; 0 for the others",
    ("table", "rule", "severity", "status"),
)
RULE_UNEXPECTED_ROWS = Metric(
    "spectra_gx_rule_unexpected_rows",
    "Rows that break a rule",
    ("table", "rule", "severity"),
    "{row}",
)
TABLE_STATUS = Metric(
    "spectra_gx_table_status",
    "1 for the verdict of a table: passed, failed or errored; 0 for the others",
    ("table", "status"),
)
TABLE_ROWS = Metric("spectra_gx_table_rows", "Rows of a table", ("table",), "{row}")
TABLE_AGE = Metric(
    "spectra_gx_table_age_seconds",
    "How old a table with a `freshness` rule was: from its newest instant to the run",
    ("table",),
    "s",
)
TABLE_LAST_PUBLISHED = Metric(
    "spectra_gx_table_last_published_timestamp_seconds",
    "When a table was last published, as Unix time; its age is `time()` less this",
    ("table",),
    "s",
)
TABLE_CHECK_DURATION = Metric(
    "spectra_gx_table_check_duration_seconds",
    "How long checking a table took",
    ("table",),
    "s",
)
QUARANTINED_ROWS = Metric(
    "spectra_gx_quarantined_rows",
    "Rows of a table that the last run quarantined",
    ("table",),
    "{row}",
)
SOURCE_ENDPOINTS = Metric(
    "spectra_gx_source_endpoints",
    "Endpoints of the source that were probed: succeeded or failed",
    ("system", "status"),
    "{endpoint}",
)
SOURCE_CALLS = Metric(
    "spectra_gx_source_calls",
    "Calls to the source: succeeded or failed",
    ("system", "status"),
    "{call}",
)
SOURCE_CALL_DURATION = Metric(
    "spectra_gx_source_call_duration_seconds",
    "How long calls to the source took, by percentile; 100 is the longest",
    ("system", "percentile"),
    "s",
)

METRICS = (
    CONTRACT_INFO,
    RUN_STATUS,
    RUN_DURATION,
    STEP_DURATION,
    LAST_RUN,
    LAST_SUCCESS,
    PUBLISH_DURATION,
    LOG_FAILED,
    NOTIFICATION_FAILED,
    RULES,
    RULE_STATUS,
    RULE_UNEXPECTED_ROWS,
    TABLE_STATUS,
    TABLE_ROWS,
    TABLE_AGE,
    TABLE_LAST_PUBLISHED,
    TABLE_CHECK_DURATION,
    QUARANTINED_ROWS,
    SOURCE_ENDPOINTS,
    SOURCE_CALLS,
    SOURCE_CALL_DURATION,
)
"""In the order of the reference."""
