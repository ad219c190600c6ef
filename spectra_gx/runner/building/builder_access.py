"""What the project's settings open to a builder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import SecretStr

    from spectra_gx.runner.calls import Call


def _unknown_secret(name: str) -> SecretStr:
    raise ConfigurationError(f"the secret {name} is not set; set it in the environment")


def _no_source() -> Any:
    raise ConfigurationError("this run has no settings of a source")


@dataclass(frozen=True)
class BuilderAccess:
    """Settings, secrets and the network, as the project is set up."""

    settings: Any = None
    secret: Callable[[str], SecretStr] = _unknown_secret
    redact: Callable[[str], str] = str
    """Hides every secret in a text."""

    environment: Callable[[], Mapping[str, str]] = dict
    """Returns what a command gets of this process's variables."""

    open_http: Callable[[], Any] = _no_source
    calls: Callable[[], Sequence[Call]] = tuple
    """Returns every call that was made to the source so far."""

    time_limit: timedelta = timedelta(hours=1)
    """For each builder."""
