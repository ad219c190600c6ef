"""Check that the source answers and accepts the token."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from spectra_gx.doctor.findings import CHECK_SECONDS, Finding, Level
from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.registry import (
    DEFAULT_SYSTEM,
    ignored_setting,
    require_system,
    select_system,
)
from spectra_gx.sources.source_system import Connection, SourceSystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import SecretStr

    from spectra_gx.contract.model import StageContract
    from spectra_gx.settings import Settings


def check_source(settings: Settings, contracts: Iterable[StageContract]) -> Iterator[Finding]:
    """Yield whether the configured source answers a call and accepts the token.

    Without an address, no call is made.
    """
    contract = next((one for one in contracts if one.describes_source), None)
    if contract is not None and (ignored := ignored_setting(contract, settings.source_system)):
        message, _, fix = ignored.partition("; ")
        yield Finding(Level.WARNING, "source", message, fix)
    system = require_system(*select_system(contract, settings.source_system))
    try:
        address = settings.source_address()
    except ConfigurationError as error:
        message, _, fix = error.message.partition("; ")
        yield Finding(Level.WARNING, "source", f"{message}: no source can be read", fix)
        return
    yield _call("source", system, *address)


def check_sandbox() -> Iterator[Finding]:
    """Yield whether the sandbox, started for this, answers a call."""
    system = require_system(DEFAULT_SYSTEM, "the doctor")
    with system.sandbox() as local:
        yield _call("sandbox", system, local.base_url, local.base_path, local.token)


def _call(
    about: str, system: SourceSystem, base_url: str, base_path: str, token: SecretStr
) -> Finding:
    connection = Connection(base_url, base_path, token, timeout_seconds=CHECK_SECONDS, retry=False)
    began = time.monotonic()
    system.connect(connection).authenticate()
    message = f"answered in {time.monotonic() - began:.1f} s and accepts the token"
    return Finding(Level.OK, about, message)
