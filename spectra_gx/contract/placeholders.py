"""`{table}` and `{schema.table}` in contract SQL: what a text names, and what takes its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PART = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|\{(?P<name>[A-Za-z_][\w.]*)\}""",
    re.DOTALL,
)


def named_tables(sql: str) -> Iterator[str]:
    """Yield the name in each placeholder, as written, outside string literals and quoted names."""
    for part in _PART.finditer(sql):
        if part["name"] is not None:
            yield part["name"]


def substitute(
    sql: str, name: Callable[[str], str], text: Callable[[str], str] = lambda text: text
) -> str:
    """Return the SQL with every placeholder replaced by `name(…)` and all else by `text(…)`."""
    written: list[str] = []
    end = 0
    for part in _PART.finditer(sql):
        if part["name"] is None:
            continue
        written += text(sql[end : part.start()]), name(part["name"])
        end = part.end()
    return "".join([*written, text(sql[end:])])
