"""Validate a caller's arguments early, before they could keep a run from being recorded."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from numbers import Integral, Real
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError, storable
from spectra_gx.validation.redaction import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST_NAME = 1_000
_LONGEST_BATCH_ID = 200
_LONGEST_TEXT = 4_000
_LONGEST_JSON = 100_000
_LARGEST = 2**63 - 1


def name(argument: str, value: object) -> str:
    """Return a name as a plain `str` that every reader accepts.

    Raises:
        UsageError: It is not a text, or longer than a name may be.
    """
    found = _text(argument, value)
    if len(found) > _LONGEST_NAME:
        raise UsageError(f"`{argument}` is longer than {_LONGEST_NAME:,} characters; shorten it")
    return found


def batch_id(argument: str, value: object) -> str:
    """Return the id of a batch.

    Raises:
        UsageError: It is empty, too long, or has characters that cannot be printed.
    """
    found = _text(argument, value)
    if not (0 < len(found) <= _LONGEST_BATCH_ID and found.isprintable()):
        raise UsageError(
            f"{found[:_LONGEST_BATCH_ID]!r} cannot be a batch id; write 1 to "
            f"{_LONGEST_BATCH_ID} printable characters"
        )
    return found


def text(argument: str, value: object) -> str:
    """Return a text as a plain `str` that every reader accepts; a long one is cut.

    Raises:
        UsageError: It is not a text.
    """
    found = _text(argument, value)
    return found if len(found) <= _LONGEST_TEXT else f"{found[: _LONGEST_TEXT - 1]}…"


def _text(argument: str, value: object) -> str:
    if not isinstance(value, str):
        raise _refusal(argument, "a text", value)
    return storable(value)


def count(argument: str, value: object) -> int:
    """Return a count; numpy's and pandas' whole numbers become Python's.

    Raises:
        UsageError: It is not a whole number from 0 to the largest of 64 bits.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise _refusal(argument, "a whole number", value)
    if not 0 <= int(value) <= _LARGEST:
        raise UsageError(f"`{argument}` must be from 0 to {_LARGEST:,}; correct it")
    return int(value)


def id_or_key(argument: str, value: object) -> int | str:
    """Return what a source system knows something by: a whole number, or a text.

    Raises:
        UsageError: It is neither, or an empty text.
    """
    if isinstance(value, bool) or not isinstance(value, str | Integral):
        raise _refusal(argument, "a whole number or a text", value)
    if not isinstance(value, str):
        return count(argument, value)
    if not value.strip():
        raise UsageError(f"`{argument}` is empty; name one, or leave it out")
    return name(argument, value)


def seconds(argument: str, value: object) -> float:
    """Return a length of time in seconds, as a Python float.

    Raises:
        UsageError: It is not a number, not finite, or below 0.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise _refusal(argument, "a number of seconds", value)
    found = float(value)
    if not (math.isfinite(found) and found >= 0):
        raise UsageError(
            f"`{argument}` is {found}, which is not a duration; give seconds from 0 on"
        )
    return found


def day(argument: str, value: object) -> date:
    """Return a day.

    Raises:
        UsageError: It is not a date, or one with a time, whose zone would decide which day it is.
    """
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _refusal(argument, "a date", value)
    return value


def flag(argument: str, value: object) -> bool:
    """Return a flag; numpy's become Python's.

    Raises:
        UsageError: It is neither True nor False; the text `false` would count as True.
    """
    if isinstance(value, bool):
        return value
    if type(value).__name__ in ("bool", "bool_"):  # numpy's, which is not imported for this
        return bool(value)
    raise _refusal(argument, "True or False", value)


def json_text(values: Mapping[str, object], redact: Callable[[str], str]) -> str:
    """Return values as a JSON object, each text in them as `redact` gives it back.

    Raises:
        UsageError: A value has no form in JSON, or all together are too long.
    """
    kept = {
        argument: _redacted(_json_value(argument, value), redact)
        for argument, value in values.items()
    }
    written = json.dumps(kept, sort_keys=True)
    if len(written) > _LONGEST_JSON:
        raise UsageError(
            f"the values beside the columns take {len(written):,} characters, more than "
            f"{_LONGEST_JSON:,}; store them in a table, and log its name"
        )
    return written


def _json_value(argument: str, value: object) -> object:
    try:
        found = plain(value)
        json.dumps(found, allow_nan=False, sort_keys=True)
    except Exception as error:  # noqa: BLE001 - the value's own code may raise anything
        raise UsageError(
            f"`{argument}` cannot be written as JSON ({type(error).__name__}); give texts, "
            "numbers, lists or dictionaries"
        ) from None
    return found


def _redacted(value: object, redact: Callable[[str], str]) -> object:
    match value:
        case str():
            return redact(value)
        case dict():
            return {key: _redacted(item, redact) for key, item in value.items()}
        case list():
            return [_redacted(item, redact) for item in value]
        case _:
            return value


def _refusal(argument: str, wanted: str, value: object) -> UsageError:
    return UsageError(f"`{argument}` takes {wanted}, not a value of type {type(value).__name__}")
