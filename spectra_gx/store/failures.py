"""What people are told when deltalake could not reach an object store.

Its errors have no types, so their text says what happened; none of it is repeated, as it may quote
a signed address. obstore, which takes time to import, is not needed here.
"""

from __future__ import annotations

import re

from spectra_gx.errors import WarehouseError

STATUS = re.compile(r"status[^0-9]{0,12}([45]\d\d)\b", re.IGNORECASE)
"""A store's answer, in a message of obstore or deltalake."""

_OF_A_STORE = re.compile(r"Generic (?:S3|MicrosoftAzure|GCS) error|Error performing [A-Z]+ ")
"""How obstore's and deltalake's messages begin where a store answers, or does not."""

_REFUSED = re.compile("necessary privileges|valid authentication")
_PASSING = ("408", "409", "412", "429", "5")
"""How the status begins of what may go better a moment later."""


def store_failure(what: str, error: BaseException) -> WarehouseError | None:
    """Return what people are told of an error of deltalake; None where no store is its cause."""
    text = str(error)
    if not _OF_A_STORE.search(text):
        return None
    status = STATUS.search(text)
    if _REFUSED.search(text) or (status and status[1] in ("401", "403")):
        return WarehouseError(
            f"{what}: the store refuses these credentials; check the address and its credentials",
            code="store_refused",
        )
    if status and not status[1].startswith(_PASSING):
        return WarehouseError(f"{what}: check the address and its credentials")
    said = f"the store answers {status[1]}" if status else "the store cannot be reached"
    return WarehouseError(
        f"{what}: {said}; run again once it is well", code="store_failed", retryable=True
    )
