"""Redact secrets in texts from other systems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import looks_secret
from spectra_gx.validation.redaction import REDACTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from spectra_gx.settings.model import Settings

_LONG_PART = 12
"""Characters from which on a part of a secret address is hidden, too."""


def redact_secrets(text: str, settings: Settings, others: Sequence[SecretStr] = ()) -> str:
    """Return a text without the value of any secret setting, or what looks like one.

    The long parts of an address are hidden, too: libraries quote the path without the host.
    """
    for secret in (*settings.secrets(), *others):
        value = secret.get_secret_value()
        parts = [part for part in re.split(r"[/?&=#:@]", value) if len(part) >= _LONG_PART]
        for hidden in filter(None, (value, *parts)):
            text = text.replace(hidden, REDACTED)
    text = re.sub(r"\S+", lambda word: REDACTED if looks_secret(word[0]) else word[0], text)
    return REDACTED if looks_secret(text) else text
