"""`keyring:SERVICE/USER`: an entry of the system's keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
from keyring.errors import KeyringError

from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources


def read(reference: Reference, sources: SecretSources) -> str:
    """Return the password of the entry."""
    del sources
    service, user = reference.parts
    try:
        value = keyring.get_password(service, user)
    except (KeyringError, RuntimeError) as error:  # a RuntimeError where there is no backend
        raise ConfigurationError(
            f"the keyring cannot be read ({type(error).__name__}); unlock it, or see "
            "`keyring diagnose`"
        ) from None
    if not value:
        raise ConfigurationError(
            f"the keyring has no entry `{service}` of `{user}`; add it with `keyring set "
            f"{service} {user}`"
        )
    return str(value)
