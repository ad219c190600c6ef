"""A stage's runs over a while, from its log: the facts of a digest."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import UsageError
from spectra_gx.runner.alerts.silences import Silences, read_silences
from spectra_gx.runner.stage_trends import StageTrends, stage_trends
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.log_columns import RECORD_TYPES
from spectra_gx.warehouse.log.run_history import count_failed_calls, published_runs, system_in
from spectra_gx.warehouse.warehouse import DOCS_INDEX, Warehouse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class StageDigest:
    """The runs of one stage and system since an instant."""

    stage: str
    system: str
    runs: int
    failed_runs: int
    """How many of them failed."""

    quarantined: int
    """Rows that they quarantined."""

    last: datetime | None
    """When the newest run ended, whenever that was; None when there never was one."""

    failing_since: datetime | None
    """When the first of the newest failed runs in a row started; None when the newest passed."""

    error: str | None
    """What stopped the newest run."""

    failing: tuple[str, ...]
    """Ids of the rules that did not pass in the newest run, warnings included."""

    failed_calls: int = 0
    """Calls to the source that failed in runs since the instant that passed all the same."""

    trends: StageTrends = field(default_factory=StageTrends)
    """The same beside the time before."""

    silences: Silences = field(default_factory=Silences)
    """What is muted and acknowledged now."""


@dataclass(frozen=True)
class Digest:
    """The runs of some stages since an instant."""

    since: datetime
    until: datetime
    """When it was read, UTC."""

    stages: tuple[StageDigest, ...]
    """Those that fail first, then those that did not run, then the others."""

    docs: str | None
    """Where the data docs begin, relative to the warehouse."""


def read_digest(
    warehouse: Warehouse, stages: Mapping[str, str], since: datetime, *, named: bool
) -> Digest:
    """Return the digest of the runs that ended after an instant.

    Args:
        warehouse: Where the logs are.
        stages: Stage → its source system, where its log names none.
        since: The instant, UTC.
        named: Whether stages that never ran are in it, too.

    Raises:
        UsageError: None of the stages has run yet.
        WarehouseError: A log cannot be read.
    """
    found: list[StageDigest] = []
    now = datetime.now(UTC)
    for stage, system in stages.items():
        rows = DeltaActivityLog(warehouse, stage).runs()
        ran = dict.fromkeys(system_in(row, system) for row in published_runs(rows, None))
        systems = [*ran] or [system] * named
        found += (stage_digest(stage, one, rows, since, now) for one in systems)
    if not found:
        raise UsageError("no stage has run yet; run one first, then send the digest")
    found.sort(key=lambda one: (one.failing_since is None, one.runs > 0, one.stage, one.system))
    docs = DOCS_INDEX if warehouse.store.exists(DOCS_INDEX) else None
    return Digest(since, now, tuple(found), docs)


def stage_digest(
    stage: str,
    system: str,
    rows: Sequence[Mapping[str, Any]],
    since: datetime,
    now: datetime,
) -> StageDigest:
    """Return the digest of a stage and system from the rows of its log, oldest first.

    Args:
        stage: The stage.
        system: The source system of its runs.
        rows: All rows of its log.
        since: The instant after which runs count.
        now: The instant at which mutes count.
    """
    of = {kind: [row for row in rows if row["record_type"] == kind] for kind in RECORD_TYPES}
    runs = published_runs(of["run"], system)
    recent = [run for run in runs if run["end_time"] >= since]
    names = {run["execution_id"] for run in recent}
    failed = [*takewhile(lambda run: run["status"] == "Failed", reversed(runs))]
    last = runs[-1] if runs else None
    return StageDigest(
        stage=stage,
        system=system,
        runs=len(recent),
        failed_runs=sum(run["status"] == "Failed" for run in recent),
        quarantined=sum(
            row["quarantined_count"] or 0
            for row in of["checkpoint"]
            if row["execution_id"] in names
        ),
        last=last["end_time"] if last else None,
        failing_since=failed[-1]["start_time"] if failed else None,
        error=last["error_message"] if last else None,
        failing=tuple(json.loads(last["failing_rules"] or "[]")) if last else (),
        failed_calls=sum(count_failed_calls(run) for run in recent if run["status"] == "Success"),
        trends=stage_trends(runs, of["checkpoint"], since, now),
        silences=read_silences(of["activity"], runs, now),
    )
