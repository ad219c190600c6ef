"""Check a project's contracts, artefacts and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import SecretStr

from spectra_gx.compiler.artefacts import compile_project, stale_artefacts
from spectra_gx.contract.loading import load_project
from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.notify.apprise_notifier import service_name
from spectra_gx.settings import Settings, declared_environments, find_setting_origins
from spectra_gx.settings.environments import environment_settings
from spectra_gx.store.credentials.references import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.contract.linting import LintResult
    from spectra_gx.store.credentials.declarations import Credential
    from spectra_gx.store.credentials.named_credentials import NamedCredentials


def check_contracts(found: LintResult) -> Iterator[Finding]:
    """Yield whether lint found anything."""
    if found.problems:
        count = len(found.problems)
        message = f"{count} problem{'s'[: count != 1]}; the first: {found.problems[0]}"
        yield Finding(Level.PROBLEM, "contracts", message, "`spectra-gx lint` shows them all")
    else:
        message = f"no problems in {found.files} contract{'s'[: found.files != 1]}"
        yield Finding(Level.OK, "contracts", message)


def check_artefacts(root: Path) -> Iterator[Finding]:
    """Yield whether the GX artefacts are those of the contracts."""
    stale = stale_artefacts(compile_project(load_project(root).values()), root)
    if stale:
        count = len(stale)
        message = f"{count} {'is' if count == 1 else 'are'} stale, such as `{stale[0]}`"
        fix = "`spectra-gx compile`, then commit them"
        yield Finding(Level.WARNING, "artefacts", message, fix)
    else:
        yield Finding(Level.OK, "artefacts", "up to date")


def check_settings(root: Path, settings: Settings) -> Iterator[Finding]:
    """Yield which settings are set and where, by name; values stay out of it."""
    found = find_setting_origins(root, type(settings))
    for where in dict.fromkeys(found.values()):
        names = ", ".join(
            f"{name} (a secret)" if _is_secret(settings, name) else name
            for name, place in found.items()
            if place == where
        )
        yield Finding(Level.OK, "settings", f"set in {where}: {names}")
    if not found:
        yield Finding(Level.OK, "settings", "no setting is set; the defaults apply")


def check_environment(root: Path, settings: Settings) -> Iterator[Finding]:
    """Yield which environment's settings count, where a project has environments."""
    name, declared = settings.spectra_environment, declared_environments(root)
    if name is not None:
        sets = ", ".join(environment_settings(root, name, type(settings)))
        message = f"`{name}`" + (f", which sets before all else: {sets}" if sets else "")
        yield Finding(Level.OK, "environment", message)
    elif declared:
        known = ", ".join(f"`{one}`" for one in declared)
        message = f"none is named; `--environment` or SPECTRA_ENVIRONMENT chooses from {known}"
        yield Finding(Level.OK, "environment", message)


def check_credential(credential: Credential, named: NamedCredentials) -> Iterator[Finding]:
    """Yield where everything is that a named credential refers to, once it was read.

    Raises:
        ConfigurationError: Some of it cannot be read.
    """
    named.options(credential.name)
    places = [
        f"{option} from {value}"
        for option, value in {"provider": credential.provider, **credential.options}.items()
        if isinstance(value, Reference)
    ]
    yield Finding(
        Level.OK, "credentials", f"`{credential.name}` ({credential.kind}): {', '.join(places)}"
    )


def _is_secret(settings: Settings, name: str) -> bool:
    return isinstance(getattr(settings, name.lower(), None), SecretStr)


def check_webhooks(settings: Settings) -> Iterator[Finding]:
    """Yield the service of each webhook; nothing is sent."""
    webhooks = settings.named_webhooks()
    for name, webhook in webhooks.items():
        service = service_name(webhook)
        if service is None:
            message = f"{name} is neither a Discord webhook nor an Apprise URL"
            fix = "copy it again from the channel's settings"
            yield Finding(Level.PROBLEM, "webhook", message, fix)
        else:
            message = (
                f"{name} is a webhook of {service}; `spectra-gx notify test` sends a test message"
            )
            yield Finding(Level.OK, "webhook", message)
    if not webhooks:
        message = "no webhook is set: nobody is notified of failures"
        yield Finding(Level.WARNING, "webhook", message, "set NOTIFY_URL to receive alerts")
