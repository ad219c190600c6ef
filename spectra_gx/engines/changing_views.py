"""Views whose rows are others in each query, so that no snapshot has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHANGING = re.compile(
    r"\b(?:random|random_normal|rand|randomblob|clock_timestamp|statement_timestamp|timeofday|"
    r"gen_random_uuid|uuid_generate_v\w+|uuid|uuidv4|uuidv7|sysdate|nextval)\s*\("
    r"|\b(?:TABLESAMPLE|USING\s+SAMPLE)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|get_current_timestamp|current_localtimestamp)\s*\("
    r"|\bcurrent_(?:date|time|timestamp)\b|'now'",
    re.IGNORECASE,
)


def changing_view(definition: str, *, clock: bool = False) -> str | None:
    """Return why a view gives other rows to each query; None where it does not.

    Args:
        definition: Its SQL.
        clock: Whether the clock goes on from query to query.
    """
    found = _CHANGING.search(definition) or (_NOW.search(definition) if clock else None)
    if found is None:
        return None
    return f"it is a view that gives other rows to each query, by `{found[0].rstrip('( ').lower()}`"


def view_with_others(name: str, definitions: Mapping[str, str]) -> str:
    """Return the SQL of a view and of all views that it names; empty where it is none.

    Args:
        name: The view's.
        definitions: View → its SQL.
    """
    reached, waiting = dict[str, str](), [name]
    while waiting:
        one = waiting.pop()
        if one in reached or one not in definitions:
            continue
        reached[one] = definitions[one]
        words = {*re.findall(r"\w+", definitions[one])}
        waiting += [other for other in definitions if words.issuperset(re.findall(r"\w+", other))]
    return ";".join(reached.values())
