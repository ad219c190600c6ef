"""Libraries that only telemetry needs, and that a plain install does not have."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError
from spectra_gx.telemetry.sending import NOT_AFFECTED

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULES = ("prometheus_client", "opentelemetry", "google")


@contextmanager
def needs_extra(extra: str, setting: str) -> Iterator[None]:
    """Say what to install where a library is missing that the `with` block imports.

    Args:
        extra: What has it.
        setting: What asked for it.

    Raises:
        ConfigurationError: It is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _MODULES:
            raise
        raise ConfigurationError(
            f"nothing was sent for {setting}: what it needs is not installed; run "
            f"`pip install 'spectra-gx[{extra}]'`; {NOT_AFFECTED}"
        ) from None
