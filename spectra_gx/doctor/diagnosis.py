"""Run all checks of the doctor in order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import load_project
from spectra_gx.doctor.findings import Finding, Level, run_check
from spectra_gx.doctor.project_checks import (
    check_artefacts,
    check_contracts,
    check_credential,
    check_environment,
    check_settings,
    check_webhooks,
)
from spectra_gx.doctor.source_checks import check_sandbox, check_source
from spectra_gx.doctor.store_checks import check_store, exists
from spectra_gx.doctor.telemetry_checks import check_telemetry
from spectra_gx.doctor.version_checks import check_versions
from spectra_gx.doctor.warehouse_checks import check_leftovers, check_root, check_tables
from spectra_gx.errors import SpectraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from spectra_gx.contract.linting import LintResult
    from spectra_gx.settings import Settings
    from spectra_gx.store.credentials.named_credentials import NamedCredentials
    from spectra_gx.warehouse.warehouse import Warehouse


def diagnose(
    root: Path,
    settings: Callable[[], Settings],
    warehouse: Callable[[], Warehouse],
    lint: Callable[[], LintResult],
    *,
    sandbox: bool,
) -> Iterator[Finding]:
    """Yield what is found about versions, contracts, settings, warehouse, source and webhooks.

    Nothing is changed and nobody is notified; the source, if one is configured, gets one call.

    `settings` and `warehouse` open them, which may fail; `lint` reads contracts and builders.
    """
    yield from run_check("versions", check_versions)
    contracts = run_check("contracts", lambda: check_contracts(lint()))
    yield from contracts
    sound = all(finding.level is Level.OK for finding in contracts)
    if sound:
        yield from run_check("artefacts", lambda: check_artefacts(root))
    yield from run_check("settings", lambda: check_settings(root, settings()))
    declared = load_project(root) if sound else {}
    if _works(settings):
        yield from run_check("environment", lambda: check_environment(root, settings()))
        yield from _check_credentials(settings().credentials)
        found = run_check("warehouse", lambda: check_root(warehouse(), [*declared]))
        yield from found
        if all(one.level is not Level.PROBLEM for one in found):
            if exists(warehouse()):
                yield from run_check("store", lambda: check_store(warehouse()))
            yield from run_check("tables", lambda: check_tables(warehouse(), declared.values()))
            yield from run_check("staging", lambda: check_leftovers(warehouse()))
        yield from run_check("webhook", lambda: check_webhooks(settings()))
        yield from run_check("telemetry", lambda: check_telemetry(settings(), root))
    if sandbox:
        yield from run_check("sandbox", lambda: check_sandbox(declared.values()))
    elif _works(settings):
        yield from run_check("source", lambda: check_source(settings(), declared.values()))


def _check_credentials(named: NamedCredentials | None) -> Iterator[Finding]:
    if named is None:
        return
    for one in named.declared:
        yield from run_check("credentials", partial(check_credential, one, named))


def _works(part: Callable[[], object]) -> bool:
    """Return whether a part can be opened; its own check reports why not."""
    try:
        part()
    except SpectraError:
        return False
    return True
