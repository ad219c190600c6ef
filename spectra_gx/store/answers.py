"""What the answer of an object store means, in words of ours.

The answer itself quotes addresses, which may be signed, and documents that may contain a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STORE_FAILED = "store_failed"
"""The code of an error after which a write may have been applied, or may still be."""

LOCK_LOST = "lock_lost"
"""The code of an error of who may go on no longer: somebody else may be finishing its work."""

STATUS = "status"
"""Where an error's context keeps what a store answered to the library's last attempt."""

UNDECIDED = frozenset({STORE_FAILED, LOCK_LOST})
"""After these nothing that was about to be published may be cleared away."""


@dataclass(frozen=True)
class Answer:
    """What became of a request."""

    words: str
    """What happened, and what to do about it."""

    code: str
    retryable: bool = False
    status: int | None = None
    """Where nothing else is known."""


EXPIRED = Answer(
    "the store says that the token has expired; get a new one, then run again", "store_expired"
)
SKEWED = Answer(
    "the store says that the clock of this machine is wrong; set it, then run again", "store_clock"
)
REFUSED = Answer(
    "the store refuses these credentials; check that they are valid and may read, write, list and "
    "delete there",
    "store_refused",
)
MISSING = Answer(
    "there is no such bucket or container; create it, or correct the address", "store_missing"
)
UNREACHABLE = Answer(
    "the store cannot be reached; check the network and the address, then run again",
    STORE_FAILED,
    retryable=True,
)

_STORES = re.compile(
    r"https?://|Generic (?:S3|MicrosoftAzure|GCS|HTTP) error|Error performing "
    r"|error sending request|lacked (?:the necessary privileges|valid authentication)"
)
"""What is said by, or of, object stores alone."""

_KNOWN = (
    (
        re.compile(r"NoSuchBucket|ContainerNotFound|FilesystemNotFound|bucket does not exist"),
        MISSING,
    ),
    (
        re.compile(
            r"Expired ?Token|TokenExpired|token (?:has |is )?expired|Lifetime validation failed"
            r"|Signature not valid in the specified time frame",
            re.IGNORECASE,
        ),
        EXPIRED,
    ),
    (re.compile("RequestTimeTooSkewed|RequestTimeSkewed"), SKEWED),
    (re.compile("lacked (?:the necessary privileges|valid authentication)"), REFUSED),
)

_DRAWING = re.compile(r"(?:\x1b\[[0-9;]*m|[\s↳])+")
"""deltalake draws some errors as a tree, in colours."""

_STATUS = re.compile(r"status[^0-9]{0,12}([45]\d\d)\b", re.IGNORECASE)
_DENIED = ("401", "403")


def read_answer(text: str) -> Answer | None:
    """Return what an error's text means; None if it is not about an object store."""
    text = _DRAWING.sub(" ", text)
    if not _STORES.search(text):
        return None
    for known, answer in _KNOWN:
        if known.search(text):
            return answer
    return _by_status(text)


def _by_status(text: str) -> Answer:
    found = _STATUS.search(text)
    if found is None:
        return UNREACHABLE
    if found[1] in _DENIED:
        return REFUSED
    return Answer(
        f"the store answers {found[1]}; run again once it is well",
        STORE_FAILED,
        retryable=True,
        status=int(found[1]),
    )
