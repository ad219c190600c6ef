"""Every setting by name and type, and what follows from several together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from urllib.parse import urlsplit

import pydantic
from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from spectra_gx.contract.durations import read_duration
from spectra_gx.errors import ConfigurationError
from spectra_gx.settings.store_settings import STORE_ADDRESSES
from spectra_gx.settings.telemetry_settings import TELEMETRY_ADDRESSES, TelemetrySettings
from spectra_gx.settings.vault_settings import VAULT_ADDRESSES
from spectra_gx.warehouse.maintenance.retention import Retention
from spectra_gx.warehouse.memory import LEAST_MEGABYTES, MEGABYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WEBHOOK_NAMES = ("notify_url", "discord_webhook_url")
"""A webhook's setting and its older name; a suffix makes it that of a severity or a system."""

BARE_STAGE = "source"
"""The stage whose source may be set by the bare names, without its system's."""

SYSTEM_SETTINGS: Mapping[str, type] = {
    "base_url": str,
    "base_path": str,
    "api_token": SecretStr,
    "api_user": str,
    "test_project_id": str,
}
"""What is set of each source system, after its name: `JIRA_BASE_URL`."""

_ADDRESS = ("base_url", "base_path", "api_token")

_SEVERITIES = ("critical", "warning", "info")


def _duration(value: object) -> object:
    return read_duration(value) if isinstance(value, str) else value


def _address(value: str) -> str:
    """Refuse an address that could contain a secret: people see it in every message."""
    parts = urlsplit(value)
    bare = parts.username is None and not parts.query and not parts.fragment
    if parts.scheme in ("http", "https") and parts.hostname and bare:
        return value.rstrip("/")
    raise ValueError("write `https://` and a host, with no user, no `?` and no `#`")


def _project_file(value: Path) -> Path:
    """Refuse a file outside the project: a foreign checkout could publish one of this machine."""
    if value.is_absolute() or ".." in value.parts:
        raise ValueError("name a file of the project, relative to its folder")
    return value


_Duration: TypeAlias = Annotated[timedelta, BeforeValidator(_duration)]
_Address: TypeAlias = Annotated[str, AfterValidator(_address)]


class Settings(TelemetrySettings, BaseSettings):
    """What a run needs that no contract contains."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, case_sensitive=False
    )

    spectra_environment: str | None = None
    """Which environment's settings count; see `settings.environments`."""

    base_url: str | None = None
    base_path: str | None = None
    api_token: SecretStr | None = None
    api_user: str | None = None
    test_project_id: int | None = None

    endpoint_probes: pydantic.NonNegativeInt = 40
    """How many of a source's endpoints a run probes; 0 for none."""

    source_system: str | None = None
    source_name: str | None = None
    notebook_name: str | None = None

    notify_url: SecretStr | None = None
    """Any Apprise URL, a Discord webhook among them."""

    notify_url_critical: SecretStr | None = None
    notify_url_warning: SecretStr | None = None
    notify_url_info: SecretStr | None = None

    discord_webhook_url: SecretStr | None = None
    """Another name for `notify_url`, as each of these is for the one with its suffix."""

    discord_webhook_url_critical: SecretStr | None = None
    discord_webhook_url_warning: SecretStr | None = None
    discord_webhook_url_info: SecretStr | None = None
    notify_runs: bool = True
    notify_success: bool = False
    notify_reminder: _Duration | None = None
    docs_url: _Address | None = None
    runbook_url: _Address | None = None
    runbook: Annotated[Path, AfterValidator(_project_file)] | None = None
    """Markdown, relative to the project."""

    workspace_id: str | None = None
    lakehouse_id: str | None = None
    lakehouse_name: str | None = None

    builder_timeout: _Duration = timedelta(hours=1)
    """For each builder of a table."""

    engine_memory: int = pydantic.Field(MEGABYTES, ge=LEAST_MEGABYTES)
    """Megabytes."""

    engine_cpus: pydantic.PositiveInt | None = None

    log_retention: _Duration = timedelta(days=400)
    version_retention: _Duration | None = None
    docs_retention: _Duration | None = None
    quarantine_retention: _Duration | None = None
    replay_versions: pydantic.NonNegativeInt = 10
    compact_after: pydantic.PositiveInt = 50

    def retention(self) -> Retention:
        """Return how long the warehouse keeps what."""
        return Retention(
            self.log_retention,
            self.version_retention,
            self.docs_retention,
            self.quarantine_retention,
            self.replay_versions,
            self.compact_after,
        )

    def webhooks(self, system: str | None) -> tuple[SecretStr, ...]:
        """Return whom to notify about a source system, its own webhook before the general one."""
        suffixes = ("",) if system is None else (webhook_suffix(system), "")
        return tuple(url for suffix in suffixes for _, url in self._webhook(suffix))

    def severity_webhooks(self) -> dict[str, SecretStr]:
        """Return severity → the webhook to notify before those."""
        return {
            severity: url for severity in _SEVERITIES for _, url in self._webhook(f"_{severity}")
        }

    def owner_webhooks(self, owners: Iterable[str]) -> dict[str, SecretStr]:
        """Return owner → their own webhook, of those who have one."""
        found = {owner: getattr(self, owner_setting(owner), None) for owner in owners}
        return {owner: url for owner, url in found.items() if url is not None}

    def named_webhooks(self) -> dict[str, SecretStr]:
        """Return every webhook by the name that sets it, in the order of use."""
        own = type(self).model_fields.keys() - Settings.model_fields.keys()
        systems = {name.removeprefix(prefix) for name in own for prefix in WEBHOOK_NAMES}
        suffixes = [*(f"_{severity}" for severity in _SEVERITIES), *sorted(systems - own), ""]
        return dict(named for suffix in suffixes for named in self._webhook(suffix))

    def _webhook(self, suffix: str) -> Iterator[tuple[str, SecretStr]]:
        """Yield a webhook and the name that sets it, if one does.

        Raises:
            ConfigurationError: Both of its names do, to different values.
        """
        found = {
            f"{name}{suffix}".upper(): url
            for name in WEBHOOK_NAMES
            if (url := getattr(self, f"{name}{suffix}", None)) is not None
        }
        if len({*found.values()}) > 1:
            new, old = found
            raise ConfigurationError(
                f"{new} and {old} are two names for one setting and have different values; "
                f"unset {old}"
            )
        yield from [*found.items()][:1]

    def secrets(self) -> tuple[SecretStr, ...]:
        """Return every secret setting that is set, and every secret that was read by a name."""
        values = (getattr(self, name) for name in type(self).model_fields)
        own = (value for value in values if isinstance(value, SecretStr))
        return (*own, *self.read_secrets())

    def source_address(self, system: str, stage: str) -> SourceAddress:
        """Return where a source is and what opens it.

        The system's own names count. Without an address or a token among them, the bare names do,
        for the stage `source` alone; the two are never mixed.

        Args:
            system: The source system.
            stage: The stage that reads it.

        Raises:
            ConfigurationError: A part is not set; names all that are missing.
        """
        own = system_prefix(system)
        bare = stage == BARE_STAGE and all(self._read(own, name) is None for name in _ADDRESS)
        prefix = "" if bare else own
        base_url, base_path, token = (self._read(prefix, name) for name in _ADDRESS)
        if base_url is None or base_path is None or token is None:
            missing = [name for name in _ADDRESS if self._read(prefix, name) is None]
            *most, last = (f"{prefix}{name}".upper() for name in missing)
            names = " and ".join(filter(None, (", ".join(most), last)))
            raise ConfigurationError(
                f"{names} not set; set them in the environment or in `.env`, "
                "or run against the sandbox with `--sandbox`"
            )
        project, named = self._read(own, "test_project_id"), own
        if project is None and bare and self.test_project_id is not None:
            project, named = self.test_project_id, ""
        return SourceAddress(
            base_url,
            base_path,
            token,
            self._read(prefix, "api_user"),
            project,
            prefix.upper(),
            f"{named}test_project_id".upper(),
        )

    def _read(self, prefix: str, name: str) -> Any:
        return getattr(self, f"{prefix}{name}", None)


@dataclass(frozen=True)
class SourceAddress:
    """Where a source is, and what opens it."""

    base_url: str
    base_path: str
    token: SecretStr
    user: str | None = None
    project_id: int | str | None = None
    prefix: str = ""
    """How the names of these settings begin, in capitals."""

    project_setting: str = "TEST_PROJECT_ID"
    """The name of the setting that has the project, or would have it."""


def settings_prefix(system: str, stage: str) -> str:
    """Return how the names of a source's settings begin, in capitals, where none of them is set."""
    return "" if stage == BARE_STAGE else system_prefix(system).upper()


def system_prefix(system: str) -> str:
    """Return how the names of a source system's own settings begin: `my_crm_` for `My CRM`."""
    return f"{webhook_suffix(system)[1:]}_"


def webhook_suffix(system: str) -> str:
    """Return the suffix of a source system's own webhook: `my_crm` for `My CRM`, after `_`."""
    return f"_{re.sub(r'[^a-z0-9]', '_', system.lower())}"


def owner_setting(owner: str) -> str:
    """Return the setting of an owner's own webhook: `notify_url_owner_data_platform`."""
    return f"{WEBHOOK_NAMES[0]}_owner{webhook_suffix(owner)}"


ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "api_token": ("base_url", "base_path"),
    **STORE_ADDRESSES,
    **VAULT_ADDRESSES,
    **TELEMETRY_ADDRESSES,
}
"""Each secret that is sent somewhere → the settings that decide where to, and how openly.

A webhook is a secret that is an address itself.
"""


def secret_addresses(kind: type[BaseSettings]) -> Mapping[str, tuple[str, ...]]:
    """Return the same for a kind of settings that has source systems' own."""
    prefixes = [
        name.removesuffix("api_token") for name in kind.model_fields if name.endswith("_api_token")
    ]
    own = {f"{prefix}api_token": (f"{prefix}base_url", f"{prefix}base_path") for prefix in prefixes}
    return {**ADDRESSES, **own}
