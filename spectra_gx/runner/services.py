"""The services that a run uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.runner.alerts.notifications import NotificationPolicy
from spectra_gx.runner.building.builder_access import BuilderAccess

if TYPE_CHECKING:
    from spectra_gx.runner.ports import ActivityLog, Notifier, Reporter
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class RunServices:
    """What a run works on and speaks to."""

    warehouse: Warehouse
    log: ActivityLog
    notifier: Notifier
    reporter: Reporter
    log_address: str
    """Where people find the log."""

    policy: NotificationPolicy = field(default_factory=NotificationPolicy)
    access: BuilderAccess = field(default_factory=BuilderAccess)
