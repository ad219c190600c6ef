"""Recognise errors of a disk of this machine that is full."""

from __future__ import annotations

import errno
import re

DISK_FULL = "the disk of this machine is full; make room, then run again"

_CODES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space, none within the quota, none in one file."""

_TEXT = re.compile(rf"\(os error (?:{'|'.join(map(str, sorted(_CODES)))})\)")
"""How libraries in Rust write the same."""


def is_disk_full(error: BaseException) -> bool:
    """Return whether a write failed because the disk, or what may be used of it, is full."""
    return getattr(error, "errno", None) in _CODES or _TEXT.search(str(error)) is not None
