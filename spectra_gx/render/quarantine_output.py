"""Render rows in quarantine as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS
from spectra_gx.render.result_screens import stage_text
from spectra_gx.runner.outcome_text import rows_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.warehouse.quarantine_tables import QuarantineEntry


def quarantine_text(held: Sequence[QuarantineEntry]) -> str:
    """Return the quarantined rows of each table, run by run and rule by rule."""
    return "\n".join(_lines(held)) or "nothing is in quarantine"


def _lines(held: Sequence[QuarantineEntry]) -> Iterator[str]:
    for table in dict.fromkeys(one.table for one in held):
        runs = [one for one in held if one.table == table]
        yield f"{table}: {rows_text(sum(run.rows for run in runs))} in `{runs[0].quarantine_table}`"
        for run in runs:
            at = f"{run.quarantined_at:%Y-%m-%d %H:%M:%S}"
            yield f"    {at}  {rows_text(run.rows)}  {run.execution_id}"
            yield from (f"        {rule}: {count:,}" for rule, count in run.rules.items())


def quarantined_rows_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return each row on a line of its own, and below it why it is in quarantine."""
    return "\n".join(line for row in rows for line in _row(row)) or "no such row is in quarantine"


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    own = {name: value for name, value in row.items() if name not in QUARANTINE_COLUMNS}
    yield json.dumps(own, ensure_ascii=False)
    yield f"    ✗ {row['error_reason']}"
    if row["warning_reason"]:
        yield f"    warning: {row['warning_reason']}"
    yield f"    {row['quarantined_at']}  {row['execution_id']}"


def release_text(release: Release) -> str:
    """Return how many rows were released and how many stay, and why."""
    counts = f"{rows_text(release.released)} of `{release.table}` released"
    counts += f", {rows_text(release.left)} still in quarantine"
    kept = [f"    {one.message}" for one in release.kept]
    if release.released:
        version = release.run.published[release.table]
        published = f"published: {release.table} v{version}"
        notes = [f"note: {note}" for note in release.notes]
        return "\n".join([counts, *kept, published, f"run {_run(release)}", *notes])
    result = stage_text(release.run.stage) if release.run.stage else ""
    others = release.left - sum(one.rows for one in release.kept)
    why = "they still break the contract, or the table does without them"
    if others == release.left:
        return f"{result}\n{counts}: {why}"
    rest = [f"    {rows_text(others)} more: {why}"] if others else []
    return "\n".join([result, counts, *kept, *rest])


def _run(release: Release) -> str:
    return release.run.identity.execution_id
