"""Where concrete parts meet: what a run is, works on, speaks to and is built from.

Each part is imported where it is needed: a check speaks to nobody, and must not wait for it.
"""

from __future__ import annotations

import logging
import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.contract.secrets import looks_secret
from spectra_gx.errors import ConfigurationError, storable
from spectra_gx.runner import argument_checks
from spectra_gx.runner.run_result import RunIdentity
from spectra_gx.validation.redaction import REDACTED
from spectra_gx.validation.snapshot.clock import execution_id
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import TypeAlias

    from pydantic import SecretStr

    from spectra_gx.contract.model import StageContract
    from spectra_gx.notify.apprise_notifier import AppriseNotifier
    from spectra_gx.runner.alerts.notifications import NotificationPolicy
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.ports import Builder, Source
    from spectra_gx.runner.services import RunServices
    from spectra_gx.settings import Settings
    from spectra_gx.sources.zephyr.sandbox import Fault
    from spectra_gx.warehouse.warehouse import Warehouse

    Connect: TypeAlias = Callable[[], tuple[Source, SecretStr]]

logger = logging.getLogger(__name__)

_SOURCE_NAMES = {"zephyr": "Zephyr Enterprise"}
"""System → what people call it."""

_LONG_PART = 12
"""Characters from which on a part of a secret address is hidden, too."""


def build_identity(
    contract: StageContract,
    settings: Settings,
    *,
    correlation_id: str | None = None,
    sandbox: bool = False,
) -> RunIdentity:
    """Return who runs, from now on."""
    if contract.system and settings.source_system not in (None, contract.system):
        logger.warning(
            "SOURCE_SYSTEM is `%s`, but contract `%s` says `system: %s`, which counts; change one",
            settings.source_system,
            contract.name,
            contract.system,
        )
    system = resolve_system(contract, settings)
    own = contract.name if system == contract.name else f"{contract.name}_{system}"
    notebook = argument_checks.name("NOTEBOOK_NAME", settings.notebook_name or own)
    now = datetime.now(UTC)
    name = execution_id(notebook, now)
    return RunIdentity(
        execution_id=name,
        correlation_id=argument_checks.name("correlation_id", correlation_id or name),
        batch_id=f"{now:%Y%m%d}",
        notebook_name=notebook,
        system=system,
        source_name="Sandbox" if sandbox else _source_name(contract, system, settings),
        execution_mode="interactive"
        if sys.stdin is not None and sys.stdin.isatty()
        else "pipeline",
        sdk_version=__version__,
        started=now,
        workspace_id=settings.workspace_id,
        lakehouse_id=settings.lakehouse_id,
        lakehouse_name=settings.lakehouse_name,
    )


def resolve_system(contract: StageContract, settings: Settings) -> str:
    """Return the system that a stage's runs are known by; without one, the stage's name.

    SOURCE_SYSTEM fills a missing `system` of a stage that a source builds, and nothing else.
    """
    filled = settings.source_system if contract.built_by_source else None
    return contract.system or filled or contract.name


def _source_name(contract: StageContract, system: str, settings: Settings) -> str:
    if system == contract.name:
        return system
    return storable(settings.source_name or _SOURCE_NAMES.get(system, system))


def find_contract_file(contract: StageContract, root: Path) -> Path | None:
    """Return where a contract's file stands; None when nobody knows.

    Args:
        contract: Named as its person gave it, or relative to the project.
        root: The project's folder.
    """
    places = () if contract.file is None else (root / contract.file, Path(contract.file))
    return next((place for place in places if place.is_file()), None)


def runbook_file(settings: Settings, root: Path) -> Path | None:
    """Return the project's own runbook; None for the shipped one."""
    return settings.runbook and root / settings.runbook


def build_services(
    contract: StageContract, warehouse: Warehouse, settings: Settings, root: Path
) -> RunServices:
    """Return what a run of the stage works on and speaks to."""
    from spectra_gx.report.data_docs import DataDocs
    from spectra_gx.runner.services import RunServices
    from spectra_gx.warehouse.log.activity_log import DeltaActivityLog

    log = DeltaActivityLog(warehouse, contract.name)
    return RunServices(
        warehouse=warehouse,
        log=log,
        notifier=build_notifier(settings, resolve_system(contract, settings)),
        reporter=DataDocs(
            warehouse, contract, find_contract_file(contract, root), runbook_file(settings, root)
        ),
        log_address=log.uri,
        policy=build_notification_policy(settings),
    )


def build_notifier(settings: Settings, system: str | None) -> AppriseNotifier:
    """Return who is told of a source system."""
    from spectra_gx.notify.apprise_notifier import AppriseNotifier

    return AppriseNotifier(settings.webhooks(system), own=settings.severity_webhooks())


def build_notification_policy(settings: Settings) -> NotificationPolicy:
    """Return how people want to be told."""
    from spectra_gx.runner.alerts.notifications import NotificationPolicy

    return NotificationPolicy(
        runs=settings.notify_runs,
        reminder=settings.notify_reminder,
        extra_severities=settings.severity_webhooks().keys() - {"critical"},
        docs_url=settings.docs_url,
        runbook_url=settings.runbook_url
        or (settings.runbook.as_posix() if settings.runbook else None),
    )


def redact_secrets(text: str, settings: Settings) -> str:
    """Return a text in which no value of a secret setting stands, nor what looks like one.

    Of an address its long parts are hidden, too: libraries quote the path without the host.
    """
    for secret in settings.secrets():
        value = secret.get_secret_value()
        parts = [part for part in re.split(r"[/?&=#:@]", value) if len(part) >= _LONG_PART]
        for hidden in filter(None, (value, *parts)):
            text = text.replace(hidden, REDACTED)
    text = re.sub(r"\S+", lambda word: REDACTED if looks_secret(word[0]) else word[0], text)
    return REDACTED if looks_secret(text) else text


@contextmanager
def source_builder(
    contract: StageContract,
    parameters: RunParameters,
    identity: RunIdentity,
    warehouse: Warehouse,
    connected: AbstractContextManager[Connect],
) -> Iterator[Callable[[], Builder] | None]:
    """Give what makes the stage's builder; None for a stage whose tables something else builds.

    Args:
        contract: The stage's.
        parameters: How the run behaves.
        identity: Who runs.
        warehouse: Where the stage's tables are.
        connected: Entered only by a stage that reads a source.
    """
    if not contract.built_by_source:
        yield None
        return
    with connected as connect:

        def build() -> Builder:
            from spectra_gx.sources.source_stage import SourceStageBuilder

            source, token = connect()
            return SourceStageBuilder(source, token, contract, parameters, identity, warehouse)

        yield build


@contextmanager
def connected(
    contract: StageContract,
    parameters: RunParameters,
    settings: Settings,
    *,
    sandbox: bool,
    faults: Sequence[Fault],
) -> Iterator[Connect]:
    """Give what connects to the source; a sandbox starts at once and stops at the end."""
    if not sandbox:
        yield lambda: _source(contract, settings, parameters.project)
        return
    from spectra_gx.sources.zephyr.client import ZephyrSource
    from spectra_gx.sources.zephyr.sandbox import Sandbox

    with Sandbox(faults=faults) as local:

        def connect() -> tuple[Source, SecretStr]:
            _refuse_unknown_system(contract, settings)
            project = parameters.project
            source = ZephyrSource(local.base_url, local.base_path, local.token, project_id=project)
            return source, local.token

        yield connect


def _refuse_unknown_system(contract: StageContract, settings: Settings) -> None:
    system = contract.system or settings.source_system
    if system not in (None, *_SOURCE_NAMES):
        place = f"contract `{contract.name}`" if contract.system else "SOURCE_SYSTEM"
        known = " and ".join(f"`{name}`" for name in _SOURCE_NAMES)
        raise ConfigurationError(
            f"{place} names the system `{system}`, and this version reads {known}; change it there"
        )


def _source(
    contract: StageContract, settings: Settings, project_id: int | None
) -> tuple[Source, SecretStr]:
    from spectra_gx.sources.zephyr.client import ZephyrSource

    _refuse_unknown_system(contract, settings)
    base_url, base_path, token = settings.source_address()
    chosen = project_id if project_id is not None else settings.test_project_id
    return ZephyrSource(base_url, base_path, token, project_id=chosen), token
