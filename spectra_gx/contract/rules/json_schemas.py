"""What a JSON schema of a contract may refer to: itself, and nothing that must be fetched."""

from __future__ import annotations

from typing import Any

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_DRAFTS = frozenset(
    f"http{secure}://json-schema.org/{draft}"
    for secure in ("", "s")
    for draft in (
        *(f"draft-0{number}/schema" for number in (3, 4, 6, 7)),
        *("draft/2019-09/schema", "draft/2020-12/schema"),
    )
)


def json_schema_error(schema: Any) -> str | None:
    """Return why a JSON schema cannot be used, or None.

    A verdict must not depend on a network, nor a check be a way to read what is elsewhere.
    """
    if not isinstance(schema, dict | bool):
        return "must be a mapping, or `true` or `false`"
    draft = schema.get("$schema") if isinstance(schema, dict) else None
    if draft is not None and str(draft).rstrip("#") not in _DRAFTS:
        return f"names the draft `{draft}`, which is not known; leave `$schema` out"
    left: list[Any] = [schema]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            for name in _REFERENCES:
                target = part.get(name)
                if isinstance(target, str) and not target.startswith("#"):
                    return (
                        f"refers to `{target}`, which is not fetched; copy it into `$defs` and "
                        f'write `{name}: "#/$defs/…"`'
                    )
            left += part.values()
        elif isinstance(part, list):
            left += part
    return None
