"""Whether the source answers and takes the token."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from spectra_gx.doctor.findings import CHECK_SECONDS, Finding, Level
from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.retries import ONCE
from spectra_gx.sources.zephyr.client import ZephyrSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import SecretStr

    from spectra_gx.settings import Settings


def check_source(settings: Settings) -> Iterator[Finding]:
    """Yield how the source that the settings name answers one call; none is made without them."""
    if settings.source_system not in (None, ZephyrSource.system):
        message = f"SOURCE_SYSTEM is `{settings.source_system}`, which this version does not read"
        yield Finding(Level.PROBLEM, "source", message, f"set it to `{ZephyrSource.system}`")
        return
    try:
        address = settings.source_address()
    except ConfigurationError as error:
        message, _, fix = error.message.partition("; ")
        yield Finding(Level.WARNING, "source", f"{message}: no source can be read", fix)
        return
    yield from _ask("source", *address)


def check_sandbox() -> Iterator[Finding]:
    """Yield how a sandbox of this machine's own answers."""
    from spectra_gx.sources.zephyr.sandbox import Sandbox  # noqa: PLC0415 - served only on demand

    with Sandbox() as local:
        yield from _ask("sandbox", local.base_url, local.base_path, local.token)


def _ask(about: str, base_url: str, base_path: str, token: SecretStr) -> Iterator[Finding]:
    began = time.monotonic()
    source = ZephyrSource(base_url, base_path, token, timeout_seconds=CHECK_SECONDS)
    source.authenticate(ONCE)
    message = f"answered in {time.monotonic() - began:.1f} s and takes the token"
    yield Finding(Level.OK, about, message)
