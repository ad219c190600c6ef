"""Libraries that only telemetry needs, and that a plain install does not have."""

from __future__ import annotations

from importlib import import_module

from spectra_gx.errors import ConfigurationError
from spectra_gx.telemetry.sending import NOT_AFFECTED

_LIBRARIES = ("prometheus_client", "opentelemetry", "google")


def load(module: str, extra: str, setting: str) -> None:
    """Import a module of ours and the libraries that it needs, while a run goes on.

    Args:
        module: Its name, below `spectra_gx.telemetry`.
        extra: What has the libraries.
        setting: What asked for them.

    Raises:
        ConfigurationError: A library is missing; says what to install.
    """
    try:
        import_module(f"spectra_gx.telemetry.{module}")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _LIBRARIES:
            raise
        raise ConfigurationError(
            f"nothing is sent for {setting}: what it needs is not installed; run "
            f"`pip install 'spectra-gx[{extra}]'`; {NOT_AFFECTED}"
        ) from None
