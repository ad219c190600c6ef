"""`env:NAME`: a variable of the environment, or of the project's `.env`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources


def read(reference: Reference, sources: SecretSources) -> str:
    """Return the value of the variable."""
    value = sources.variable(reference.rest)
    if not value:
        raise ConfigurationError(
            f"{reference.rest} is not set; set it in the environment or in `.env`"
        )
    return value
