"""What a notebook of Microsoft Fabric offers: variable libraries, and a token for OneLake."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.sources import Issued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources

_UNKNOWN_LIFE = timedelta(minutes=10)
"""After which a token is fetched again that does not say when it expires."""


def read(reference: Reference, sources: SecretSources) -> str:
    """Return `variable-library:LIBRARY/NAME`: a variable of a library of the workspace."""
    del sources
    library, name = reference.parts
    utilities = _notebook_utilities()
    try:
        value = utilities.variableLibrary.getLibrary(library)[name]
    except Exception:  # noqa: BLE001 - Fabric raises types of its own
        value = None
    if not value:
        raise ConfigurationError(
            f"variable library `{library}` of this workspace has no `{name}`; names are "
            "case-sensitive, and a service principal cannot read it"
        )
    return str(value)


class NotebookToken:
    """`fabric-notebook`: the token for OneLake of the user who runs the notebook."""

    def __init__(self, reference: Reference, sources: SecretSources) -> None:
        del reference, sources

    def issue(self, options: Mapping[str, str]) -> Issued:
        """Return the notebook's token for storage."""
        del options
        utilities = _notebook_utilities()
        try:
            token = str(utilities.credentials.getToken("storage"))
        except Exception as error:  # noqa: BLE001 - Fabric raises types of its own
            raise ConfigurationError(
                f"the notebook gives no token for OneLake ({type(error).__name__}); sign in again",
                retryable=True,
            ) from None
        return Issued({"azure_storage_token": token}, _expiry(token))


def _expiry(token: str) -> datetime:
    """Return when a token says that it expires; its signature is the store's concern."""
    try:
        body = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["exp"]
        return datetime.fromtimestamp(said, UTC)
    except (IndexError, ValueError, KeyError, TypeError, OverflowError):
        return datetime.now(UTC) + _UNKNOWN_LIFE


def _notebook_utilities() -> Any:
    try:
        import notebookutils  # noqa: PLC0415 - exists in Fabric alone
    except ImportError:
        raise ConfigurationError(
            "this is not a notebook of Microsoft Fabric; run it there"
        ) from None
    return notebookutils
