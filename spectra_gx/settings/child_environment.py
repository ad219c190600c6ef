"""What of this process's environment a command of a project gets."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import looks_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.settings.model import Settings

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE|WEBHOOK|NOTIFY_URL"
    r"|ACCESS_KEY|(?:^|_)(?:KEY|PAT|PASS|PWD|DSN|AUTH)$",
    re.IGNORECASE,
)
_NEVER_SECRET = ("PATH", "HOME", "PWD", "OLDPWD", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the variables of this process that neither are nor look like secrets.

    Variables that a named credential or an environment refers to are secrets, whatever their names.
    """
    secrets = {secret.get_secret_value() for secret in settings.secrets()}
    named = {*settings.secret_variables}
    return {
        name: value
        for name, value in without_secrets(os.environ).items()
        if name not in named and value not in secrets
    }


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an environment that neither are nor look like secrets."""
    return {
        name: value
        for name, value in environment.items()
        if name in _NEVER_SECRET or not (_SECRET_NAME.search(name) or looks_secret(value))
    }
