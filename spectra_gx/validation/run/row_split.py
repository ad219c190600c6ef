"""Split a table for quarantine: rows that break a critical rule apart from the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.snapshot import PinnedTable
from spectra_gx.validation.messages import describe_failure
from spectra_gx.validation.metrics.failing_rows import (
    RowMask,
    find_failing_rows,
    rows_where,
    rows_with_key_in,
)
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.samples import names
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.validation.snapshot.clock_limits import fill_in_clock
from spectra_gx.warehouse.arrow_types import arrow_type
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.publishing.key_ranges import key_ranges
from spectra_gx.warehouse.publishing.row_sql import condition_holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.snapshot.clock import RunClock

_PUBLISHED = "#published"
"""The name, in a snapshot, of the rows to which a batch is added."""

_CRITICAL, _WARNING = "critical", "warning"


class RowSplit:
    """The rows of a table, each either good or bad, in stored order."""

    def __init__(
        self,
        batch: MetricBatch,
        broken: Sequence[tuple[Rule, str, RowMask]],
        clock: RunClock,
    ) -> None:
        """Take which rows break which rules.

        Args:
            batch: The table.
            broken: Each rule that failed, how it counted, and the rows that break it.
            clock: The run that quarantines.
        """
        self._batch = batch
        self._broken = broken
        self._clock = clock
        critical = [rows for _, severity, rows in broken if severity == _CRITICAL]
        self.is_bad: RowMask = np.logical_or.reduce([self._no_row(), *critical])
        """Which rows break a critical rule."""

    @property
    def count(self) -> int:
        """How many rows are bad."""
        return int(self.is_bad.sum())

    def good(self) -> Iterator[pa.Table]:
        """Yield the good rows."""
        for part, start in self._parts():
            yield part.filter(pa.array(~self.is_bad[start : start + part.num_rows]))

    def bad(self) -> Iterator[pa.Table]:
        """Yield the bad rows with the columns of a quarantine table."""
        written: dict[bytes, tuple[str, str | None, list[str]]] = {}
        for part, start in self._parts():
            places = np.flatnonzero(self.is_bad[start : start + part.num_rows])
            breaks = np.array([rows[start + places] for _, _, rows in self._broken])
            reasons = []
            for column in breaks.T:
                key = column.tobytes()
                if key not in written:
                    written[key] = self._reasons(column)
                reasons.append(written[key])
            yield self._quarantined(part.take(pa.array(places)), reasons)

    def _quarantined(
        self, part: pa.Table, reasons: Sequence[tuple[str, str | None, list[str]]]
    ) -> pa.Table:
        errors, warnings, rule_ids = zip(*reasons, strict=True) if reasons else ((), (), ())
        written = (
            errors,
            warnings,
            rule_ids,
            [self._clock.execution_id] * part.num_rows,
            [self._clock.as_of] * part.num_rows,
            [self._clock.batch_id] * part.num_rows,
        )
        for (name, type_text), values in zip(QUARANTINE_COLUMNS.items(), written, strict=True):
            part = part.append_column(name, pa.array(values, type=arrow_type(type_text)))
        return part

    def _reasons(self, breaks: RowMask) -> tuple[str, str | None, list[str]]:
        """Return why in words, critical rules and warnings apart, and the ids of them all."""
        broken = [
            (rule, severity)
            for (rule, severity, _), breaks_it in zip(self._broken, breaks, strict=True)
            if breaks_it
        ]
        words = {
            wanted: "; ".join(
                f"{rule.id}: {describe_failure(rule)}"
                for rule, severity in broken
                if severity == wanted
            )
            for wanted in (_CRITICAL, _WARNING)
        }
        return words[_CRITICAL], words[_WARNING] or None, [rule.id for rule, _ in broken]

    def _parts(self) -> Iterator[tuple[pa.Table, int]]:
        start = 0
        types = self._batch.table.types
        query = f"SELECT {names(list(types))} FROM {OWN_TABLE}"
        for part in self._batch.stream(query, types=types):
            yield part, start
            start += part.num_rows

    def _no_row(self) -> RowMask:
        return np.zeros(self._batch.row_count, dtype=np.bool_)


@dataclass(frozen=True)
class Merge:
    """How rows are merged into a published table: which of them no rule but the key is about."""

    published: DeltaTable | None
    """None where no published row stays."""

    delete_where: str | None
    """Condition on rows that delete others."""

    order_by: str | None
    """Column by which a row is older than the published one of its key, and is ignored."""


def split_rows(
    table: Table,
    result: TableResult,
    snapshot: Snapshot,
    clock: RunClock,
    published: DeltaTable | None = None,
    merge: Merge | None = None,
) -> RowSplit | None:
    """Return the rows of a table, set apart by the rules that failed; None where none is bad.

    Args:
        table: The table.
        result: Which of its rules failed.
        snapshot: Has its rows.
        clock: The run.
        published: Rows to which these are added: a key that is there already is not unique.
        merge: How these are merged, in place of being added.

    Raises:
        EngineError: The engine refused a query that it answered before.
    """
    severities = failed_row_rules(result)
    if _CRITICAL not in severities.values():
        return None
    types = {name: dict(pinned.types) for name, pinned in snapshot.tables.items()}
    timed = fill_in_clock(table, [table], snapshot.readable, types, clock.as_of)
    rules = [rule for rule in timed.rules if rule.id in severities]
    beside = merge.published if merge is not None else published
    if beside is not None:
        before = PinnedTable(_PUBLISHED, beside, beside.version(), columns_of(beside))
        snapshot = replace(snapshot, tables={**snapshot.tables, _PUBLISHED: before})
    batch = MetricBatch(DATAFUSION.open(snapshot), table.name)
    rows = find_failing_rows(rules, batch, clock.as_of)
    if merge is not None:
        checked = ~_unchecked(table, batch, merge)
        about_keys = {rule.id for rule in rules if rule.kind == "primary_key"}
        rows = {
            name: found if name in about_keys else found & checked for name, found in rows.items()
        }
    broken = [(rule, severities[rule.id], rows[rule.id]) for rule in rules if rule.id in rows]
    if published is not None:
        broken += _published_keys(table, batch, published, severities)
    apart = RowSplit(batch, broken, clock)
    return apart if apart.count else None


def failed_row_rules(result: TableResult) -> Mapping[str, str]:
    """Return the rules that failed for some of the rows, and how each counted."""
    return {
        rule.id: rule.severity
        for rule in result.rules
        if rule.status is Status.FAILED
        and rule.unexpected
        and rule.severity in (_CRITICAL, _WARNING)
    }


def _unchecked(table: Table, batch: MetricBatch, merge: Merge) -> RowMask:
    """Return the rows that delete others, or are older than the published one of their key."""
    found = rows_where(condition_holds(merge.delete_where or "false"), batch)
    if merge.order_by is None or merge.published is None or batch.table.delta is None:
        return found
    key, memory = table.primary_key, batch.snapshot.memory
    ranges = key_ranges(batch.table.delta, key, memory, merge.published)
    older = rows_with_key_in(batch, _PUBLISHED, key, ranges, older_by=merge.order_by)
    return found | older


def _published_keys(
    table: Table, batch: MetricBatch, published: DeltaTable, severities: Mapping[str, str]
) -> list[tuple[Rule, str, RowMask]]:
    """Return the rows of a batch whose key is published, as rows that break `primary_key`."""
    rules = [one for one in table.rules if one.kind == "primary_key" and one.id in severities]
    if not rules or batch.table.delta is None:
        return []
    key, memory = table.primary_key, batch.snapshot.memory
    ranges = key_ranges(batch.table.delta, key, memory, published)
    found = rows_with_key_in(batch, _PUBLISHED, key, ranges)
    return [(rules[0], severities[rules[0].id], found)]
