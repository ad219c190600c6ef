"""Composition root: build runs and the services that they use.

Each part is imported where it is needed: a check notifies nobody, and must not wait for it.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from spectra_gx.errors import ConfigurationError, storable
from spectra_gx.runner import argument_checks
from spectra_gx.runner.run_result import RunIdentity
from spectra_gx.validation.snapshot.clock import execution_id
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import SecretStr

    from spectra_gx.contract.model import StageContract
    from spectra_gx.notify.apprise_notifier import AppriseNotifier
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.runner.building.delivered_tables import DeliveredTables
    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.ports import Builder
    from spectra_gx.runner.services import RunServices
    from spectra_gx.settings import Settings
    from spectra_gx.sources.recorded_client import RecordedClient
    from spectra_gx.sources.sandboxes import Sandboxes
    from spectra_gx.sources.source_system import Connection, Sandbox, SourceSystem
    from spectra_gx.warehouse.warehouse import Warehouse

    FindSource: TypeAlias = Callable[[str, str], SourceSystem]

logger = logging.getLogger(__name__)


def build_identity(
    contract: StageContract,
    settings: Settings,
    *,
    correlation_id: str | None = None,
    batch_id: str | None = None,
    sandbox: bool = False,
) -> RunIdentity:
    """Return who runs, from now on."""
    from spectra_gx.sources.registry import ignored_setting

    if ignored := ignored_setting(contract, settings.source_system):
        logger.warning("%s", ignored)
    system = resolve_system(contract, settings)
    own = contract.name if system == contract.name else f"{contract.name}_{system}"
    notebook = argument_checks.name("NOTEBOOK_NAME", settings.notebook_name or own)
    now = datetime.now(UTC)
    name = execution_id(notebook, now)
    return RunIdentity(
        execution_id=name,
        correlation_id=argument_checks.name("correlation_id", correlation_id or name),
        batch_id=name if batch_id is None else batch_id,
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
        environment=settings.spectra_environment,
    )


def resolve_system(contract: StageContract, settings: Settings) -> str:
    """Return the system that a stage's runs are known by; without one, the stage's name.

    SOURCE_SYSTEM fills a missing `system` of a stage that a source builds, and nothing else.
    """
    filled = settings.source_system if contract.describes_source else None
    return contract.system or filled or contract.name


def _source_name(contract: StageContract, system: str, settings: Settings) -> str:
    if system == contract.name:
        return system
    from spectra_gx.sources.registry import system_title

    return storable(settings.source_name or system_title(system))


def find_contract_file(contract: StageContract, root: Path) -> Path | None:
    """Return the path of a contract's file; None when it is unknown.

    `contract` is a name as somebody gave it, or relative to the project.
    """
    places = () if contract.file is None else (root / contract.file, Path(contract.file))
    return next((place for place in places if place.is_file()), None)


def runbook_file(settings: Settings, root: Path) -> Path | None:
    """Return the project's own runbook; None for the shipped one."""
    return settings.runbook and root / settings.runbook


def build_services(
    contract: StageContract,
    warehouse: Warehouse,
    settings: Settings,
    root: Path,
    find: FindSource,
    sandboxes: Sandboxes | None,
    identity: RunIdentity,
) -> RunServices:
    """Return the services of a run of the stage."""
    from spectra_gx.report.data_docs import DataDocs
    from spectra_gx.runner.alerts.routing import owners_of
    from spectra_gx.runner.services import RunServices
    from spectra_gx.settings.notification_policy import build_notification_policy
    from spectra_gx.warehouse.log.activity_log import DeltaActivityLog

    log = DeltaActivityLog(warehouse, contract.name)
    owners = settings.owner_webhooks(owners_of(contract))
    return RunServices(
        warehouse=warehouse,
        log=log,
        notifier=build_notifier(settings, resolve_system(contract, settings), owners),
        reporter=DataDocs(
            warehouse, contract, find_contract_file(contract, root), runbook_file(settings, root)
        ),
        log_address=log.uri,
        policy=build_notification_policy(settings, owners),
        access=_build_access(contract, settings, root, find, sandboxes, identity),
    )


def _build_access(
    contract: StageContract,
    settings: Settings,
    root: Path,
    find: FindSource,
    sandboxes: Sandboxes | None,
    identity: RunIdentity,
) -> BuilderAccess:
    """Return what builders of the project's own may use of its settings."""
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.settings import read_secret
    from spectra_gx.settings.child_environment import child_environment
    from spectra_gx.settings.redaction import redact_secrets

    read: list[SecretStr] = []

    def secret(name: str) -> SecretStr:
        read.append(read_secret(root, name))
        return read[-1]

    # Once: calls of all builders keep to one limit.
    client = cache(lambda: _open_http(contract, settings, find, sandboxes, identity))
    return BuilderAccess(
        settings=settings,
        secret=secret,
        redact=lambda text: redact_secrets(text, settings, read),
        environment=lambda: child_environment(settings),
        time_limit=settings.builder_timeout,
        open_http=client,
        calls=lambda: client().calls if client.cache_info().currsize else (),
    )


def _open_http(
    contract: StageContract,
    settings: Settings,
    find: FindSource,
    sandboxes: Sandboxes | None,
    identity: RunIdentity,
) -> RecordedClient:
    """Return a client for the source system that a stage names.

    Raises:
        ConfigurationError: It names none, or none that builders can read, or settings are missing.
    """
    name, place = contract.system, f"contract `{contract.name}`"
    if name is None:
        raise ConfigurationError(
            f"`run.http` reads the source system that a contract names, and {place} names none; "
            "add `system:` to it"
        )
    from spectra_gx.sources.registry import connect_http

    system = find(name, place)
    server = None if sandboxes is None else sandboxes.sandbox_of(name, place)
    connection = _connection(server, settings, name, contract.name, None)
    return connect_http(system, _with_trace(connection, settings, identity))


def _with_trace(connection: Connection, settings: Settings, identity: RunIdentity) -> Connection:
    """Return a connection whose calls say which trace they are part of, where runs are traced."""
    from spectra_gx.telemetry.traces.context import trace_headers

    return replace(connection, headers=trace_headers(settings, identity))


def build_notifier(
    settings: Settings, system: str | None, owners: Mapping[str, SecretStr] | None = None
) -> AppriseNotifier:
    """Return what sends notifications about a source system, to some owners on their own."""
    from spectra_gx.notify.apprise_notifier import AppriseNotifier

    return AppriseNotifier(
        settings.webhooks(system), own=settings.severity_webhooks(), owners=owners
    )


def stage_plan(
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    parameters: RunParameters,
    identity: RunIdentity,
    services: RunServices,
    settings: Settings,
    root: Path,
    find: FindSource,
    sandboxes: Sandboxes | None,
    delivered: DeliveredTables,
) -> Callable[[], StagePlan] | None:
    """Return what plans the stage's builders; None for a stage whose tables something else builds.

    Args:
        contract: The stage's.
        contracts: The project's.
        parameters: How the run behaves.
        identity: Who runs.
        services: What the run works on.
        settings: Name the system where the contract does not, and where it is.
        root: The project's folder, with the builders of its own.
        find: Returns a source system by its name; who names it is for its error.
        sandboxes: Take the place of source systems.
        delivered: Tables that take the place of what would build them.
    """
    from spectra_gx.contract.stage_files import has_builders

    # Closures: the repr of a partial would show what it was given, settings too.
    def take(builders: Callable[[], Sequence[Builder]]) -> Callable[[], StagePlan]:
        return lambda: _plan(root, contract, contracts, parameters, services, builders())

    if delivered.options:
        return take(lambda: delivered.builders(contract, services.warehouse))
    if contract.describes_source:
        return take(
            lambda: [
                _source_builder(
                    contract,
                    parameters,
                    identity,
                    services.warehouse,
                    settings,
                    find,
                    sandboxes,
                )
            ]
        )
    return take(tuple) if has_builders(root, contract.name) else None


def _plan(
    root: Path,
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    parameters: RunParameters,
    services: RunServices,
    builders: Sequence[Builder],
) -> StagePlan:
    from spectra_gx.runner.building.planning import plan_stage

    access, warehouse = services.access, services.warehouse
    only, by_day = parameters.table, parameters.batch_day is not None
    return plan_stage(root, contract, contracts, warehouse, access, builders, only, by_day=by_day)


def _source_builder(
    contract: StageContract,
    parameters: RunParameters,
    identity: RunIdentity,
    warehouse: Warehouse,
    settings: Settings,
    find: FindSource,
    sandboxes: Sandboxes | None,
) -> Builder:
    from spectra_gx.sources.registry import connect_source, select_system
    from spectra_gx.sources.source_stage import SourceStageBuilder

    name, place = select_system(contract, settings.source_system)
    system = find(name, place)
    server = None if sandboxes is None else sandboxes.sandbox_of(name, place)
    connection = _connection(server, settings, name, contract.name, parameters.project)
    return SourceStageBuilder(
        connect_source(system, _with_trace(connection, settings, identity)),
        connection.token,
        contract,
        parameters,
        identity,
        warehouse,
        settings.endpoint_probes,
    )


def _connection(
    server: Sandbox | None, settings: Settings, system: str, stage: str, project: int | str | None
) -> Connection:
    from spectra_gx.settings import settings_prefix
    from spectra_gx.sources.setting_names import SettingNames
    from spectra_gx.sources.source_system import Connection

    if server is not None:
        user = getattr(server, "user", None)
        names = SettingNames(settings_prefix(system, stage), "--project-id")
        return Connection(
            server.base_url, server.base_path, server.token, project, user, settings=names
        )
    address = settings.source_address(system, stage)
    given = project is not None
    return Connection(
        address.base_url,
        address.base_path,
        address.token,
        project if given else address.project_id,
        user=address.user,
        settings=SettingNames(address.prefix, "--project-id" if given else address.project_setting),
    )
