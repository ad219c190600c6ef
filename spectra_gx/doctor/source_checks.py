"""Check that the source answers and accepts the token."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.doctor.findings import CHECK_SECONDS, Finding, Level
from spectra_gx.errors import ConfigurationError
from spectra_gx.settings import BARE_STAGE
from spectra_gx.sources.registry import (
    connect_source,
    ignored_setting,
    require_system,
    select_system,
)
from spectra_gx.sources.setting_names import SettingNames
from spectra_gx.sources.source_system import Connection, SourceSystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spectra_gx.contract.model import StageContract
    from spectra_gx.settings import Settings


def check_source(settings: Settings, contracts: Iterable[StageContract]) -> Iterator[Finding]:
    """Yield whether the configured sources answer a call and accept the token.

    Without an address, no call is made. Where no contract can be read, the settings decide; where
    none is of a source, there is nothing to say.
    """
    declared: list[StageContract | None] = [*contracts]
    for contract in declared or [None]:
        if contract is None or contract.describes_source:
            yield from _check_source(settings, contract)


def _check_source(settings: Settings, contract: StageContract | None) -> Iterator[Finding]:
    if contract is not None and (ignored := ignored_setting(contract, settings.source_system)):
        message, _, fix = ignored.partition("; ")
        yield Finding(Level.WARNING, "source", message, fix)
    system = require_system(*select_system(contract, settings.source_system))
    stage = BARE_STAGE if contract is None else contract.name
    try:
        address = settings.source_address(system.name, stage)
    except ConfigurationError as error:
        message, _, fix = error.message.partition("; ")
        yield Finding(Level.WARNING, stage, f"{message}: no source can be read", fix)
        return
    connection = Connection(
        address.base_url,
        address.base_path,
        address.token,
        user=address.user,
        settings=SettingNames(address.prefix, address.project_setting),
    )
    yield _call(stage, system, connection)


def check_sandbox(contracts: Iterable[StageContract]) -> Iterator[Finding]:
    """Yield whether the sandbox of each system that is read, started for this, answers a call."""
    read = {one.system: one for one in contracts if one.describes_source}
    for contract in read.values() or [None]:
        system = require_system(*select_system(contract, None))
        with system.sandbox() as local:
            connection = Connection(local.base_url, local.base_path, local.token)
            yield _call("sandbox", system, connection)


def _call(about: str, system: SourceSystem, connection: Connection) -> Finding:
    connection = replace(connection, timeout_seconds=CHECK_SECONDS, retry=False)
    began = time.monotonic()
    connect_source(system, connection).authenticate()
    message = f"answered in {time.monotonic() - began:.1f} s and accepts the token"
    return Finding(Level.OK, about, message)
