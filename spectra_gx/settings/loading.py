"""Load settings from their sources, in order of precedence."""

from __future__ import annotations

import os
import re
import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from spectra_gx.contract.settings_file import SettingsFile
from spectra_gx.errors import ConfigurationError
from spectra_gx.settings.environments import (
    PRODUCTION,
    credentials_paths,
    environment_names,
    read_environment,
    referred_variables,
    resolve,
)
from spectra_gx.settings.model import (
    SYSTEM_SETTINGS,
    WEBHOOK_NAMES,
    Settings,
    owner_setting,
    secret_addresses,
    system_prefix,
    webhook_suffix,
)
from spectra_gx.settings.named_credentials import open_credentials, secret_sources

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic.fields import FieldInfo


def load_settings(
    project: Path | None = None,
    *,
    systems: Collection[str] = (),
    owners: Collection[str] = (),
    foreign: bool = False,
    environment: str | None = None,
    **overrides: Any,
) -> Settings:
    """Read the settings of a project; `overrides` win over every source.

    Args:
        project: Its folder.
        systems: Source systems that may have an address and a webhook of their own, beside
            SOURCE_SYSTEM.
        owners: Owners of contracts and tables, who may have a webhook of their own.
        foreign: Whether its files may be somebody else's: where a secret goes is then not read
            from pyproject.toml.
        environment: Which of its environments; SPECTRA_ENVIRONMENT without it.
        overrides: Values by the names of fields.

    Raises:
        ConfigurationError: A value cannot be used, or a file of the project would decide where a
            secret from elsewhere goes; names it without repeating it.
    """
    if environment is not None:
        overrides["spectra_environment"] = environment
    read = partial(_read, project=project, overrides=overrides, foreign=foreign)
    settings = read(Settings)
    named = {*systems, *([settings.source_system] if settings.source_system else [])}
    fields: dict[str, Any] = {
        f"{name}{webhook_suffix(system)}": (SecretStr | None, None)
        for name in WEBHOOK_NAMES
        for system in named
    }
    fields |= {owner_setting(owner): (SecretStr | None, None) for owner in owners}
    fields |= {
        f"{system_prefix(system)}{name}": (kind | None, None)
        for name, kind in SYSTEM_SETTINGS.items()
        for system in named
    }
    kind = pydantic.create_model("Settings", __base__=Settings, **fields) if fields else Settings
    if fields:
        settings = read(kind)
    if project is not None and _pyproject(project) is not None:
        if chosen := _environment_settings(project, settings, overrides):
            settings = read(kind, chosen=chosen)
        paths = credentials_paths(settings.spectra_environment)
        credentials = open_credentials(project, settings, paths)
        settings.take_credentials(credentials, referred_variables(SettingsFile(project)))
    settings.named_webhooks()  # refuses one that is set twice
    return settings


def declared_environments(project: Path) -> tuple[str, ...]:
    """Return the environments that a project's pyproject.toml has settings for."""
    return environment_names(SettingsFile(project))


def _environment_settings(
    project: Path, settings: Settings, overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the settings of the environment that is named; none where there is none."""
    name = settings.spectra_environment
    if name is None:
        return {}
    if name in PRODUCTION and "spectra_environment" not in overrides:
        origins = _origins(type(settings), _sources(type(settings), project))
        if origins.get("spectra_environment") == _PYPROJECT:
            raise ConfigurationError(
                f"{_PYPROJECT} sets `spectra_environment` to `{name}`, so that every checkout "
                f"would run there; give `--environment {name}` where it is meant, or set "
                "SPECTRA_ENVIRONMENT there"
            )
    file = SettingsFile(project)
    if name not in environment_names(file):
        return {}
    values = read_environment(file, name, type(settings))
    if file.report.problems:
        raise ConfigurationError("\n".join(str(problem) for problem in file.report.problems))
    return resolve(values, name, secret_sources(project, settings))


def find_setting_origins(project: Path | None, kind: type[Settings]) -> Mapping[str, str]:
    """Return each setting of a kind that is set → the source that sets it, in words.

    Raises:
        ConfigurationError: A value cannot be used.
    """
    return {name.upper(): where for name, where in _origins(kind, _sources(kind, project)).items()}


def read_secret(project: Path | None, name: str) -> SecretStr:
    """Return a secret that a project needs beside the settings, from where secrets may be set.

    Raises:
        ConfigurationError: It is not set there, or its name cannot be that of a variable.
    """
    if not _VARIABLE.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} cannot be a secret's name; write letters, digits and `_`"
        )
    field = name.lower()
    kind = pydantic.create_model(
        "Secret",
        __base__=_Secrets,
        **{field: (SecretStr | None, None)},  # type: ignore[call-overload]  # its name is the caller's
    )
    for place, source in _sources(kind, project).items():
        value = source().get(field)
        if value and place == _PYPROJECT:
            raise ConfigurationError(
                f"the secret {name.upper()} is set in {place}, which everybody may read; "
                f"revoke it, and set the new one in {_ENVIRONMENT}"
            )
        if value:
            return SecretStr(str(value))
    raise ConfigurationError(
        f"the secret {name.upper()} is not set; set it in the environment, in `.env`, or as a file "
        "in SECRETS_DIR"
    )


class _Secrets(BaseSettings):
    """Base of what reads one secret."""

    model_config = SettingsConfigDict(
        **{**Settings.model_config, "pyproject_toml_table_header": ("tool", "spectra-gx")}
    )


class _VariableLibrarySource(PydanticBaseSettingsSource):
    """Reads Fabric's Variable Library, where a notebook runs that has one."""

    def __init__(self, settings_class: type[BaseSettings]) -> None:
        super().__init__(settings_class)
        self._library = _variable_library()

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        try:
            value = self._library[field_name.upper()] if self._library is not None else None
        except Exception:  # noqa: BLE001 - Fabric raises types of its own for an unknown name
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
        known = secret_addresses(self.settings_cls).values()
        addresses = {name for names in known for name in names}
        return {name: value for name, value in super().__call__().items() if name not in addresses}


def _variable_library() -> Any:
    name = os.environ.get("VARIABLE_LIBRARY")
    if name is None:
        return None
    try:
        import notebookutils  # noqa: PLC0415 - exists in Fabric alone
    except ImportError:
        raise ConfigurationError(
            f"VARIABLE_LIBRARY names `{name}`, but this is not a Fabric notebook; unset it"
        ) from None
    return notebookutils.variableLibrary.getLibrary(name)


_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_ENVIRONMENT = "the environment"
_DOTENV = "`.env`"
_MOUNTED = "SECRETS_DIR"
_LIBRARY = "VARIABLE_LIBRARY"
_PYPROJECT = "pyproject.toml"
_CHOSEN = "the environment that is named"

_CHANGEABLE = {_PYPROJECT: 2, _DOTENV: 1}
"""The project's files → how easily somebody else changes them; other sources are not theirs."""


def _origins(
    kind: type[BaseSettings], sources: Mapping[str, PydanticBaseSettingsSource]
) -> dict[str, str]:
    """Return each setting that is set → the first source that knows it."""
    found: dict[str, str] = {}
    for where, source in sources.items():
        for name in source():
            if name in kind.model_fields:
                found.setdefault(name, where)
    return found


def _refuse_stray_addresses(
    known: Mapping[str, tuple[str, ...]], origins: Mapping[str, str]
) -> None:
    """Refuse an address that is set where more people may write than where its secret is set."""
    for secret, addresses in known.items():
        for address in addresses:
            if secret not in origins or address not in origins:
                continue
            origin, other = origins[secret], origins[address]
            if _CHANGEABLE.get(other, 0) > _CHANGEABLE.get(origin, 0):
                raise ConfigurationError(
                    f"{address.upper()} is set in {other}, but {secret.upper()}, which is sent "
                    f"there, in {origin}: a change to that file would decide where the secret "
                    f"goes; set {address.upper()} in {origin}, too"
                )


def _pyproject(project: Path | None) -> Path | None:
    path = None if project is None else project / "pyproject.toml"
    return path if path is not None and path.is_file() else None


def _sources(
    kind: type[BaseSettings], project: Path | None, *, foreign: bool = False
) -> dict[str, PydanticBaseSettingsSource]:
    """Return where settings may be set, in words → what reads them there; the first one wins."""
    secrets = os.environ.get("SECRETS_DIR")
    if secrets is not None and not Path(secrets).is_dir():
        raise ConfigurationError(
            f"SECRETS_DIR names `{secrets}`, which is not a folder; correct it"
        )
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
    kind: type[Settings],
    *,
    project: Path | None,
    overrides: dict[str, Any],
    foreign: bool,
    chosen: Mapping[str, Any] | None = None,
) -> Settings:
    given = {name: value for name, value in overrides.items() if value is not None}
    pyproject = _pyproject(project)

    class Bound(kind):  # type: ignore[misc, valid-type]  # its base is only known at run time
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
                _CHOSEN: InitSettingsSource(settings_cls, dict(chosen or {})),
                **_sources(settings_cls, project, foreign=foreign),
            }
            _refuse_stray_addresses(secret_addresses(settings_cls), _origins(settings_cls, sources))
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
