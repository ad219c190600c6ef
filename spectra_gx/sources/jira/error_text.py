"""Find the words in Jira's refusals, which come in many shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LISTS = ("errorMessages", "warningMessages")
_TEXTS = ("errorMessage", "message", "error")


def find_error_text(body: bytes) -> str:
    """Return what a refusal says, for people; empty where it says nothing but a web page."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return ""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(answer, dict):
        return ""
    return "; ".join(dict.fromkeys(filter(None, _words(answer))))


def _words(answer: Mapping[str, Any]) -> Iterator[str]:
    for name in _LISTS:
        found = answer.get(name)
        yield from (one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
    errors = answer.get("errors")
    if isinstance(errors, dict):
        yield from (f"{field}: {words}" for field, words in errors.items())
    elif isinstance(errors, list):
        yield from (one for one in errors if isinstance(one, str))
    for name in (*_TEXTS, "errors"):
        found = answer.get(name)
        yield found if isinstance(found, str) else ""
