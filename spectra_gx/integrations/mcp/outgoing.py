"""What leaves the server: without secrets, without invisible characters, without nulls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from spectra_gx.errors import ConfigurationError, ContractError, SpectraError, UsageError

_LONGEST_ERROR = 2000

Redact: TypeAlias = Callable[[str], str]


def outgoing(value: Any, redact: Redact) -> Any:
    """Return JSON as it may leave, and without what there is none of."""
    match value:
        case str():
            return outgoing_text(value, redact)
        case Mapping():
            kept = {key: one for key, one in value.items() if one is not None}
            return {visible(str(key)): outgoing(one, redact) for key, one in kept.items()}
        case list():
            return [outgoing(one, redact) for one in value]
        case _:
            return value


def outgoing_text(text: str, redact: Redact) -> str:
    """Return a text as it may leave; what looks like a secret hides its own line alone."""
    return "\n".join(redact(visible(line)) for line in text.split("\n"))


def error_text(error: SpectraError) -> str:
    """Return what an agent reads of an error; words that a contract or data may have are quoted."""
    if isinstance(error, UsageError | ConfigurationError):
        return error.message  # what was asked for, and names
    what = "a contract is invalid" if isinstance(error, ContractError) else "it could not be done"
    quoted = json.dumps(error.message[:_LONGEST_ERROR], ensure_ascii=False)
    return f"{what}; quoted: {quoted}"


def visible(text: str) -> str:
    """Return a text with the codes of what nobody sees, which could hide words from people."""
    if text.isprintable():
        return text
    return "".join(
        letter
        if letter.isprintable() or letter == "\n"
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def shorter_schema(schema: Any) -> Any:
    """Return a JSON schema that says the same in fewer words: no titles, no nulls, no defaults.

    What has no value is left out of an answer, so that nothing there is ever null.
    """
    match schema:
        case {"anyOf": [one, {"type": "null"}], **others}:
            return shorter_schema({**one, **others})
        case Mapping():
            return {
                key: {name: shorter_schema(one) for name, one in value.items()}
                if key in ("properties", "$defs")
                else shorter_schema(value)
                for key, value in schema.items()
                if key not in ("title", "default")
            }
        case list():
            return [shorter_schema(one) for one in schema]
        case _:
            return schema
