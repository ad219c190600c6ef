"""Mute and acknowledge messages about a project's stages, by their activity logs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.errors import SpectraError, UsageError
from spectra_gx.report.data_docs import show_silences
from spectra_gx.runner.alerts import silence_records
from spectra_gx.runner.alerts.silences import Acknowledgement, Mute, Silences, read_silences
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.run_history import published_runs
from spectra_gx.wiring import build_identity, runbook_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from spectra_gx.contract.model import StageContract
    from spectra_gx.project.workspace import Workspace

logger = logging.getLogger(__name__)


def acknowledge(
    workspace: Workspace, named: str, names: Sequence[str], by: str | None
) -> Acknowledgement:
    """Acknowledge what failed; arguments as for `Project.acknowledge`."""
    contract = workspace.contract(named)
    silence_records.check_names(contract, names)
    rows = _log(workspace, contract.name).runs()
    runs = published_runs(rows, None)
    newest = runs[-1] if runs else None
    checkpoints = [
        row
        for row in rows
        if row["record_type"] == "checkpoint"
        and newest is not None
        and row["execution_id"] == newest["execution_id"]
    ]
    by = _words(workspace, "by", by)
    identity = build_identity(contract, workspace.settings)
    found = silence_records.acknowledge_run(
        contract.name, names, newest, checkpoints, by, identity.started
    )
    _append(workspace, contract, [silence_records.acknowledgement_row(found, identity)])
    return found


def mute(
    workspace: Workspace,
    named: str,
    names: Sequence[str],
    until: date,
    reason: str,
    by: str | None,
) -> Sequence[Mute]:
    """Mute messages; arguments as for `Project.mute`."""
    contract = workspace.contract(named)
    silence_records.check_names(contract, names)
    identity = build_identity(contract, workspace.settings)
    until = silence_records.check_until(until, identity.started)
    reason = silence_records.check_words("reason", workspace.redact_secrets(reason))
    by = _words(workspace, "by", by)
    mutes = [
        Mute(contract.name, name, until, reason, identity.started, by)
        for name in dict.fromkeys(names or (None,))
    ]
    _append(workspace, contract, silence_records.mute_rows(mutes, identity))
    return mutes


def unmute(
    workspace: Workspace, named: str, names: Sequence[str], by: str | None
) -> Sequence[Mute]:
    """End mutes; arguments as for `Project.unmute`."""
    contract = workspace.contract(named)
    found = {one.name: one for one in _silences(workspace, contract.name).mutes}
    missing = [name for name in names if name not in found]
    if missing or not found:
        known = [name or contract.name for name in found]
        hint = did_you_mean(missing[0], known) if missing else ""
        what = quote(missing[0]) if missing else f"stage `{contract.name}`"
        raise UsageError(
            f"nothing of {what} is muted{hint or '; `spectra-gx notify muted` lists what is'}"
        )
    ended = [found[name] for name in names] if names else [*found.values()]
    identity = build_identity(contract, workspace.settings)
    by = _words(workspace, "by", by)
    _append(workspace, contract, silence_records.unmute_rows(ended, identity, by))
    return ended


def muted(workspace: Workspace, named: str | None) -> Sequence[Mute]:
    """Return the mutes that count now, of one stage or of all."""
    return [one for stage in _stages(workspace, named) for one in _silences(workspace, stage).mutes]


def acknowledged(workspace: Workspace, named: str | None) -> Sequence[Acknowledgement]:
    """Return the acknowledgements that count now, of one stage or of all."""
    return [
        one
        for stage in _stages(workspace, named)
        for one in _silences(workspace, stage).acknowledgements
    ]


def _stages(workspace: Workspace, named: str | None) -> list[str]:
    return [*workspace.contracts] if named is None else [workspace.contract(named).name]


def _silences(workspace: Workspace, stage: str) -> Silences:
    log = _log(workspace, stage)
    runs = published_runs(log.runs("run"), None)
    return read_silences(log.runs("activity"), runs, datetime.now(UTC))


def _append(workspace: Workspace, contract: StageContract, rows: list[dict[str, Any]]) -> None:
    """Record it, and show it on the pages; that these are being written must not undo it."""
    _log(workspace, contract.name).append(rows[0]["execution_id"], rows, of_run=False)
    try:
        runbook = runbook_file(workspace.settings, workspace.root)
        show_silences(workspace.warehouse, contract.name, runbook)
    except SpectraError as error:
        logger.warning("the data docs show it with the next run: %s", error.message)


def _log(workspace: Workspace, stage: str) -> DeltaActivityLog:
    return DeltaActivityLog(workspace.warehouse, stage)


def _words(workspace: Workspace, argument: str, text: str | None) -> str | None:
    if text is None:
        return None
    return silence_records.check_words(argument, workspace.redact_secrets(text))
