"""Read `[tool.spectra-gx.environments]` of pyproject.toml: the settings of dev, test and prod.

An environment has any setting by its name in lower case. A secret, and an address that secrets are
sent to, is written as a reference to where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.settings_file import CREDENTIALS_PATH, SettingsFile
from spectra_gx.errors import ConfigurationError
from spectra_gx.settings.model import WEBHOOK_NAMES, secret_addresses
from spectra_gx.store.credentials.declarations import (
    address_in_clear,
    is_loopback,
    read_credentials,
    secret_in_clear,
)
from spectra_gx.store.credentials.log_filter import suppress_logs
from spectra_gx.store.credentials.references import SECRETS, Reference, parse_reference
from spectra_gx.store.credentials.registry import read_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from spectra_gx.contract.settings_file import Steps
    from spectra_gx.settings.model import Settings
    from spectra_gx.store.credentials.sources import SecretSources

ENVIRONMENTS_PATH = ("tool", "spectra-gx", "environments")
PRODUCTION = ("prod", "production")
"""Environments that a run has to name: no file that everybody gets may choose them."""

_CREDENTIALS = "credentials"
_GENERAL = ("spectra_environment", "vault_", "azure_tenant_id", "azure_client_", "azure_authority_")
"""Settings, or how their names begin, that are the same in every environment."""


def environment_names(file: SettingsFile) -> tuple[str, ...]:
    """Return the environments that pyproject.toml declares."""
    tables = file.table(ENVIRONMENTS_PATH)
    if isinstance(tables, dict):
        return tuple(tables)
    file.add(ENVIRONMENTS_PATH, "`environments` has a table for each: `[….environments.dev]`")
    return ()


def credentials_paths(environment: str | None) -> tuple[Steps, ...]:
    """Return where the credentials of an environment are declared; the last of a name counts."""
    if environment is None:
        return (CREDENTIALS_PATH,)
    return (CREDENTIALS_PATH, (*ENVIRONMENTS_PATH, environment, _CREDENTIALS))


def check_environments(file: SettingsFile, kind: type[Settings]) -> None:
    """Report what is wrong with any environment, its credentials included."""
    for name in environment_names(file):
        read_environment(file, name, kind)
        read_credentials(file, credentials_paths(name)[1])


def read_environment(
    file: SettingsFile, name: str, kind: type[Settings]
) -> Mapping[str, Any | Reference]:
    """Return the settings of an environment; what is wrong is reported and left out."""
    path = (*ENVIRONMENTS_PATH, name)
    table = file.table(path)
    if not isinstance(table, dict):
        file.add(path, f"environment {quote(name)} is a table of settings")
        return {}
    found = dict(_settings(file, path, table, kind))
    return {**found, **_left_out(found, kind)}


def referred_variables(file: SettingsFile) -> Iterator[str]:
    """Yield the variables that credentials and settings of any environment are read from."""
    yield from _variables([file.table(CREDENTIALS_PATH), file.table(ENVIRONMENTS_PATH)])


def _variables(found: Any) -> Iterator[str]:
    if isinstance(found, dict | list):
        for value in found.values() if isinstance(found, dict) else found:
            yield from _variables(value)
    elif isinstance(found, str) and found.startswith("env:"):
        yield found.removeprefix("env:")


def environment_settings(root: Path, name: str, kind: type[Settings]) -> list[str]:
    """Return the names of the settings that an environment has, as they are known elsewhere."""
    file = SettingsFile(root)
    found = read_environment(file, name, kind) if name in environment_names(file) else {}
    return [setting.upper() for setting, value in found.items() if value is not None]


def resolve(
    values: Mapping[str, Any | Reference], name: str, sources: SecretSources
) -> dict[str, Any]:
    """Return the settings of an environment with the secrets that they refer to.

    Raises:
        ConfigurationError: One cannot be read.
    """
    return {
        setting: _secret(value, name, setting, sources) if isinstance(value, Reference) else value
        for setting, value in values.items()
    }


def _secret(value: Reference, name: str, setting: str, sources: SecretSources) -> str:
    try:
        with suppress_logs():
            return read_secret(value, sources)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"environment `{name}`, `{setting}`: {error.message}", retryable=error.retryable
        ) from None


def _settings(
    file: SettingsFile, path: Steps, table: Mapping[str, Any], kind: type[Settings]
) -> Iterator[tuple[str, Any | Reference]]:
    known = [name for name in kind.model_fields if not name.startswith(_GENERAL)]
    addresses = {name for names in secret_addresses(kind).values() for name in names}
    for setting, value in table.items():
        at = (*path, setting)
        if setting == _CREDENTIALS:
            continue
        if setting not in known:
            hint = did_you_mean(setting, known) or "; see the settings in the reference"
            file.add(at, f"{quote(setting)} is not a setting of an environment{hint}")
            continue
        try:
            reference = parse_reference(value, SECRETS) if isinstance(value, str) else None
        except ValueError as error:
            file.add(at, f"`{setting}`: {error}")
            continue
        if reference is not None:
            yield setting, reference
        elif _is_secret(setting, kind):
            file.add(at, secret_in_clear(setting), "secret")
        elif setting in addresses and isinstance(value, str) and not is_loopback(value):
            file.add(at, address_in_clear(setting))
        else:
            yield setting, value


def _left_out(found: Mapping[str, Any], kind: type[Settings]) -> dict[str, None]:
    """Return general settings that do not count beside those of an environment.

    Its webhooks are all there are, and its warehouse is not opened by another one's credential.
    """
    names: set[str] = set()
    webhooks = {name for name in kind.model_fields if name.startswith(WEBHOOK_NAMES)}
    if webhooks & found.keys():
        names |= webhooks
    if "warehouse" in found:
        names.add("warehouse_credentials")
    return dict.fromkeys(names - found.keys())


def _is_secret(setting: str, kind: type[Settings]) -> bool:
    return SecretStr in _types(kind.model_fields[setting].annotation)


def _types(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))
