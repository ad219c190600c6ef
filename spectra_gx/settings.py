"""Settings: all that a user sets, and the only place where secrets enter.

The first source that knows a name wins: the environment, the project's `.env`, a folder of mounted
files (`SECRETS_DIR`, one file a name), Fabric's Variable Library (`VARIABLE_LIBRARY`), then
`[tool.spectra-gx]` in the project's pyproject.toml.

Where a secret goes is decided by whoever sets the secret: with `API_TOKEN` from the environment, a
mounted file or the Variable Library, `BASE_URL` may not come from a file of the project, which a
branch may change; with one from `.env`, not from pyproject.toml.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from urllib.parse import urlsplit

import pydantic
from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from spectra_gx.contract.durations import read_duration
from spectra_gx.errors import ConfigurationError
from spectra_gx.store.object_store import ObjectStore
from spectra_gx.warehouse.memory import LEAST_MEGABYTES, MEGABYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic.fields import FieldInfo


def _length_of_time(value: object) -> object:
    return read_duration(value) if isinstance(value, str) else value


def _address(value: str) -> str:
    """Refuse an address that could hold a secret: people see it in every message."""
    parts = urlsplit(value)
    bare = parts.username is None and not parts.query and not parts.fragment
    if parts.scheme in ("http", "https") and parts.hostname and bare:
        return value.rstrip("/")
    raise ValueError("write `https://` and a host, with no user, no `?` and no `#`")


def _folder(value: object) -> object:
    """Refuse an address, which as a path would silently name a folder of the project."""
    if isinstance(value, str) and "://" in value:
        raise ValueError("a warehouse is a local folder; in Fabric, `/lakehouse/default`")
    return value


def _project_file(value: Path) -> Path:
    """Refuse a file outside the project: a foreign checkout could publish one of this machine."""
    if value.is_absolute() or ".." in value.parts:
        raise ValueError("name a file of the project, relative to its folder")
    return value


def _region(value: str) -> str:
    """Refuse what is no single label: it is a part of the host that credentials go to."""
    if re.fullmatch(r"[A-Za-z0-9-]+", value):
        return value
    raise ValueError("a region is one word of letters, digits and `-`, such as `eu-central-1`")


LengthOfTime: TypeAlias = Annotated[timedelta, BeforeValidator(_length_of_time)]
Address: TypeAlias = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """What a run needs to know that no contract says."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, case_sensitive=False
    )

    base_url: str | None = None
    base_path: str | None = None
    api_token: SecretStr | None = None
    test_project_id: int | None = None

    source_system: str | None = None
    source_name: str | None = None
    notebook_name: str | None = None

    discord_webhook_url: SecretStr | None = None
    """Any Apprise URL will do."""

    discord_webhook_url_critical: SecretStr | None = None
    discord_webhook_url_warning: SecretStr | None = None
    discord_webhook_url_info: SecretStr | None = None
    notify_runs: bool = True
    notify_reminder: LengthOfTime | None = None
    docs_url: Address | None = None
    runbook_url: Address | None = None
    runbook: Annotated[Path, AfterValidator(_project_file)] | None = None
    """Markdown, relative to the project."""

    workspace_id: str | None = None
    lakehouse_id: str | None = None
    lakehouse_name: str | None = None

    warehouse: Annotated[Path, BeforeValidator(_folder)] = Path("warehouse")
    """Relative to the project."""

    engine_memory: int = pydantic.Field(MEGABYTES, ge=LEAST_MEGABYTES)
    """Megabytes."""

    engine_cpus: pydantic.PositiveInt | None = None

    aws_access_key_id: SecretStr | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None
    aws_region: Annotated[str, AfterValidator(_region)] | None = None
    aws_endpoint_url: str | None = None
    aws_allow_http: bool = False

    def object_store(self) -> ObjectStore:
        """Return how object stores are reached."""
        return ObjectStore(
            access_key_id=self.aws_access_key_id,
            secret_access_key=self.aws_secret_access_key,
            session_token=self.aws_session_token,
            region=self.aws_region,
            endpoint_url=self.aws_endpoint_url,
            allow_http=self.aws_allow_http,
        )

    def webhooks(self, system: str | None) -> tuple[SecretStr, ...]:
        """Return where to tell of a source system, its own webhook before the general one."""
        own = None if system is None else getattr(self, _system_webhook(system), None)
        return tuple(url for url in (own, self.discord_webhook_url) if url is not None)

    def severity_webhooks(self) -> dict[str, SecretStr]:
        """Return severity → the webhook to tell before those."""
        urls = {
            "critical": self.discord_webhook_url_critical,
            "warning": self.discord_webhook_url_warning,
            "info": self.discord_webhook_url_info,
        }
        return {severity: url for severity, url in urls.items() if url is not None}

    def named_webhooks(self) -> dict[str, SecretStr]:
        """Return every webhook by the name of its setting, in the order of trying them."""
        names = [f"discord_webhook_url_{severity}" for severity in self.severity_webhooks()]
        names += sorted(type(self).model_fields.keys() - Settings.model_fields.keys())
        names += ["discord_webhook_url"]
        found = {name.upper(): getattr(self, name) for name in names}
        return {name: url for name, url in found.items() if url is not None}

    def secrets(self) -> tuple[SecretStr, ...]:
        """Return the value of every secret setting that is set."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(value for value in values if isinstance(value, SecretStr))

    def source_address(self) -> tuple[str, str, SecretStr]:
        """Return base URL, base path and token of the source.

        Raises:
            ConfigurationError: One of them is not set; names all that are missing.
        """
        missing = [
            name.upper()
            for name in ("base_url", "base_path", "api_token")
            if getattr(self, name) is None
        ]
        if self.base_url is None or self.base_path is None or self.api_token is None:
            raise ConfigurationError(
                f"{' and '.join(missing)} not set; set them in the environment or in `.env`, "
                "or run against the sandbox with `--sandbox`"
            )
        return self.base_url, self.base_path, self.api_token


_S3 = ("aws_endpoint_url", "aws_allow_http")

ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "api_token": ("base_url", "base_path"),
    "aws_access_key_id": _S3,
    "aws_secret_access_key": _S3,
    "aws_session_token": _S3,
}
"""Each secret that is sent somewhere → the settings that decide where to, and how openly.

A webhook is a secret that is an address itself.
"""


class GitHubSettings(BaseSettings):
    """What GitHub tells a job, from its environment alone.

    A project's own files do not count: a pull request may change them, and must not say where the
    token goes.
    """

    model_config = SettingsConfigDict(
        env_prefix="GITHUB_", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    token: SecretStr | None = None
    api_url: str = "https://api.github.com"
    event_path: Path | None = None
    step_summary: Path | None = None


class GitLabSettings(BaseSettings):
    """What GitLab tells a job about its merge request, from its environment alone."""

    model_config = SettingsConfigDict(
        env_prefix="CI_MERGE_REQUEST_", extra="ignore", env_ignore_empty=True
    )

    project_path: str | None = None
    source_project_path: str | None = None


class _VariableLibrarySource(PydanticBaseSettingsSource):
    """Reads Fabric's Variable Library, where a notebook runs that has one."""

    def __init__(self, settings_class: type[BaseSettings]) -> None:
        super().__init__(settings_class)
        self._library = _variable_library()

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        try:
            value = self._library[field_name.upper()] if self._library is not None else None
        except Exception:  # noqa: BLE001 - Fabric raises its own types for a name it has not
            value = None
        return value or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


class _ForeignPyprojectSource(PyprojectTomlConfigSettingsSource):
    """Reads a pyproject.toml that may be somebody else's: no address of it counts."""

    def __call__(self) -> dict[str, Any]:
        addresses = {name for names in ADDRESSES.values() for name in names}
        return {name: value for name, value in super().__call__().items() if name not in addresses}


def _variable_library() -> Any:
    name = os.environ.get("VARIABLE_LIBRARY")
    if name is None:
        return None
    try:
        import notebookutils  # noqa: PLC0415 - there only in Fabric
    except ImportError:
        raise ConfigurationError(
            f"VARIABLE_LIBRARY names `{name}`, but this is no Fabric notebook; unset it"
        ) from None
    return notebookutils.variableLibrary.getLibrary(name)


_ENVIRONMENT = "the environment"
_DOTENV = "`.env`"
_MOUNTED = "SECRETS_DIR"
_LIBRARY = "VARIABLE_LIBRARY"
_PYPROJECT = "pyproject.toml"

_CHANGEABLE = {_PYPROJECT: 2, _DOTENV: 1}
"""The project's files → how easily somebody else changes them; other sources are not theirs."""


def load_settings(
    project: Path | None = None,
    *,
    systems: Collection[str] = (),
    foreign: bool = False,
    **overrides: Any,
) -> Settings:
    """Read the settings of a project; `overrides` win over every source.

    Args:
        project: Its folder.
        systems: Source systems that may have a webhook of their own, beside SOURCE_SYSTEM.
        foreign: Whether its files may be somebody else's: where a secret goes is then not read
            from pyproject.toml.
        overrides: Values by the names of fields.

    Raises:
        ConfigurationError: A value cannot be used, or a file of the project would decide where a
            secret from elsewhere goes; names it without repeating it.
    """
    settings = _read(Settings, project, overrides, foreign=foreign)
    named = {*systems, *([settings.source_system] if settings.source_system else [])}
    fields: dict[str, Any] = {_system_webhook(name): (SecretStr | None, None) for name in named}
    if not fields:
        return settings
    kind = pydantic.create_model("Settings", __base__=Settings, **fields)
    return _read(kind, project, overrides, foreign=foreign)


def _system_webhook(system: str) -> str:
    return f"discord_webhook_url_{re.sub(r'[^a-z0-9]', '_', system.lower())}"


def find_setting_origins(project: Path | None, kind: type[Settings]) -> Mapping[str, str]:
    """Return each setting of a kind that is set → the source that says so, in words.

    Raises:
        ConfigurationError: A value cannot be used.
    """
    return {name.upper(): where for name, where in _places(kind, _sources(kind, project)).items()}


def _places(
    kind: type[BaseSettings], sources: Mapping[str, PydanticBaseSettingsSource]
) -> dict[str, str]:
    """Return each setting that is set → the first source that knows it."""
    found: dict[str, str] = {}
    for where, source in sources.items():
        for name in source():
            if name in kind.model_fields:
                found.setdefault(name, where)
    return found


def _refuse_stray_addresses(places: Mapping[str, str]) -> None:
    """Refuse an address that is set where more people may write than where its secret is set."""
    for secret, addresses in ADDRESSES.items():
        for address in addresses:
            if secret not in places or address not in places:
                continue
            place, other = places[secret], places[address]
            if _CHANGEABLE.get(other, 0) > _CHANGEABLE.get(place, 0):
                raise ConfigurationError(
                    f"{address.upper()} is set in {other}, but {secret.upper()}, which is sent "
                    f"there, in {place}: a change to that file would decide where the secret "
                    f"goes; set {address.upper()} in {place}, too"
                )


def _pyproject(project: Path | None) -> Path | None:
    path = None if project is None else project / "pyproject.toml"
    return path if path is not None and path.is_file() else None


def _sources(
    kind: type[BaseSettings], project: Path | None, *, foreign: bool = False
) -> dict[str, PydanticBaseSettingsSource]:
    """Return where settings may stand, in words → what reads them there; the first one wins."""
    secrets = os.environ.get("SECRETS_DIR")
    if secrets is not None and not Path(secrets).is_dir():
        raise ConfigurationError(f"SECRETS_DIR names `{secrets}`, which is no folder; correct it")
    sources: dict[str, PydanticBaseSettingsSource] = {_ENVIRONMENT: EnvSettingsSource(kind)}
    if project is not None:
        sources[_DOTENV] = DotEnvSettingsSource(kind, env_file=project / ".env")
    if secrets is not None:
        sources[_MOUNTED] = SecretsSettingsSource(kind, secrets_dir=secrets)
    sources[_LIBRARY] = _VariableLibrarySource(kind)
    pyproject = _pyproject(project)
    if pyproject is not None:
        reads = _ForeignPyprojectSource if foreign else PyprojectTomlConfigSettingsSource
        sources[_PYPROJECT] = reads(kind, pyproject)
    return sources


def _read(
    kind: type[Settings], project: Path | None, overrides: dict[str, Any], *, foreign: bool
) -> Settings:
    given = {name: value for name, value in overrides.items() if value is not None}
    pyproject = _pyproject(project)

    class Bound(kind):  # type: ignore[misc, valid-type]
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del env_settings, dotenv_settings, file_secret_settings
            sources = {
                "the call": init_settings,
                **_sources(settings_cls, project, foreign=foreign),
            }
            _refuse_stray_addresses(_places(settings_cls, sources))
            return tuple(sources.values())

    if pyproject is not None:
        Bound.model_config["pyproject_toml_table_header"] = ("tool", "spectra-gx")
    try:
        return Bound(**given)
    except pydantic.ValidationError as error:
        wrong = ", ".join(
            f"{'.'.join(map(str, problem['loc'])).upper()} ({problem['msg']})"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise ConfigurationError(f"settings that cannot be used: {wrong}; correct them") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"`{pyproject}` is not valid TOML: {error}; correct it") from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            "a file of settings (`.env`, or one in SECRETS_DIR) is not UTF-8; save it as UTF-8"
        ) from None
