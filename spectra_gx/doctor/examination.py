"""Looking at everything, one thing after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.loading import load_project
from spectra_gx.doctor.findings import Finding, Level, look
from spectra_gx.doctor.project import (
    look_at_artefacts,
    look_at_contracts,
    look_at_settings,
    look_at_webhooks,
)
from spectra_gx.doctor.source import look_at_sandbox, look_at_source
from spectra_gx.doctor.versions import look_at_versions
from spectra_gx.doctor.warehouse import look_at_folder, look_at_leftovers, look_at_tables
from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from spectra_gx.settings import Settings
    from spectra_gx.warehouse.tables import Warehouse


def examine(
    root: Path,
    settings: Callable[[], Settings],
    warehouse: Callable[[], Warehouse],
    *,
    sandbox: bool = False,
) -> Iterator[Finding]:
    """Yield what is so about versions, contracts, settings, warehouse, source and webhooks.

    Nothing is changed and nobody is told; one call is made, to the source, if one is configured.

    Args:
        root: The project.
        settings: Reads its settings; may raise.
        warehouse: Opens its warehouse; may raise.
        sandbox: Whether to ask a sandbox in place of the source.
    """
    yield from look("versions", look_at_versions)
    contracts = look("contracts", lambda: look_at_contracts(root))
    yield from contracts
    sound = all(finding.level is Level.OK for finding in contracts)
    if sound:
        yield from look("artefacts", lambda: look_at_artefacts(root))
    yield from look("settings", lambda: look_at_settings(root, settings()))
    if _works(settings):
        declared = load_project(root) if sound else {}
        yield from look("warehouse", lambda: look_at_folder(warehouse(), [*declared]))
        if _works(warehouse):
            yield from look("tables", lambda: look_at_tables(warehouse(), declared.values()))
            yield from look("staging", lambda: look_at_leftovers(warehouse()))
        yield from look("webhook", lambda: look_at_webhooks(settings()))
    if sandbox:
        yield from look("sandbox", look_at_sandbox)
    elif _works(settings):
        yield from look("source", lambda: look_at_source(settings()))


def _works(part: Callable[[], object]) -> bool:
    """Return whether a part can be had; what keeps it from that is told where it is looked at."""
    try:
        part()
    except SpectraError:
        return False
    return True
