"""`file:PATH`: a file with the secret alone in it, as Kubernetes and Docker mount them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources

_MOST_BYTES = 1_000_000


def read(reference: Reference, sources: SecretSources) -> str:
    """Return the content of the file, without the line break at its end."""
    path = sources.root / reference.rest
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES).decode("utf-8").rstrip("\r\n")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(
            f"`{path}` cannot be read ({reason}); check that it is mounted and may be read"
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"`{path}` is not UTF-8; write the secret alone into it, as text"
        ) from None
    if not content:
        raise ConfigurationError(f"`{path}` is empty; write the secret into it")
    return content
