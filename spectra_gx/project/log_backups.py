"""Back up the activity logs of a project, and restore them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.errors import FileError, UsageError
from spectra_gx.store.addresses import is_store_address
from spectra_gx.store.opening import open_store
from spectra_gx.validation.snapshot.clock import execution_id
from spectra_gx.warehouse.maintenance.log_backup import (
    LogBackup,
    LogRestore,
    back_up_log,
    restore_log,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.project.workspace import Workspace
    from spectra_gx.store.store import Store

_END = "log.json"


def back_up_logs(
    workspace: Workspace, target: str, stages: Sequence[str], credentials: str | None
) -> list[LogBackup]:
    """Write backups; arguments as for `Project.back_up_log`."""
    store = _open(workspace, target, credentials)
    names = [workspace.contract(one).name for one in stages] or [*workspace.contracts]
    found = [back_up_log(workspace.warehouse, name, store) for name in names]
    return [one for one in found if one is not None]


def restore_logs(
    workspace: Workspace,
    source: str,
    stages: Sequence[str],
    credentials: str | None,
    *,
    apply: bool,
    wait: float,
) -> list[LogRestore]:
    """Restore logs; arguments as for `Project.restore_log`."""
    store, now = _open(workspace, source, credentials), datetime.now(UTC)
    saved = [name.removesuffix(_END) for name in store.files("") if name.endswith(_END)]
    names = [workspace.contract(one).name for one in stages] or [
        name for name in saved if name in workspace.contracts
    ]
    if not names:
        raise UsageError(
            f"`{store.uri('')}` has no backup of a stage of this project; `spectra-gx backup` "
            "writes one"
        )
    warehouse, found = workspace.warehouse, []
    for name in names:
        tables = [one.name for one in workspace.contract(name).tables if one.location is None]
        if not apply:
            found.append(restore_log(warehouse, name, tables, store, now, apply=False))
            continue
        run = execution_id("restore", now)
        with warehouse.publishing(name, by=run, wait=wait) as fenced:
            found.append(restore_log(fenced, name, tables, store, now, apply=True))
    return found


def _open(workspace: Workspace, place: str, credentials: str | None) -> Store:
    """Return where backups are: a place of its own, which the warehouse's credential may not open.

    Raises:
        SpectraError: It cannot be opened like this.
        UsageError: A folder of this machine is given a credential.
    """
    if credentials is not None and not is_store_address(place):
        raise UsageError(
            f"`{place}` is a folder of this machine, which no credential opens; leave "
            "`--credentials` out"
        )
    try:
        return open_store(place, workspace.settings.store_access(), credentials)
    except FileError as error:
        if credentials is not None:
            raise
        raise FileError(
            f"{error.message}; or name a credential of pyproject.toml with `--credentials`"
        ) from None
