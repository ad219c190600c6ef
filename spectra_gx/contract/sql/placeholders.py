"""`{table}` and `{schema.table}` in contract SQL, and what takes their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from collections.abc import Callable

_PART = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|\{(?P<name>[A-Za-z_][\w.]*)\}""",
    re.DOTALL,
)


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


_ZONED = re.compile(
    r"""(?P<word>\btimestamp)(?P<text>\s+'\d{4}-\d\d-\d\d[ T][\d:.]+(?:Z|[+-]\d\d:\d\d)')"""
    r"""|'(?:[^']|'')*'|"(?:[^"]|"")*\"""",
    re.IGNORECASE,
)


def zone_literals(sql: str) -> str:
    """Return SQL whose literals `timestamp '…+00:00'` are instants, as standard SQL has them."""
    return _ZONED.sub(
        lambda found: f"timestamptz{found['text']}" if found["word"] else found[0], sql
    )


def quote_placeholders(sql: str) -> str:
    """Return contract SQL with its placeholders as quoted names, which nothing else can spell."""
    return substitute(sql, lambda name: quote_name(f"{{{name}}}"))


def placeholders_in(sql: str) -> tuple[str, ...]:
    """Return the names of the placeholders in contract SQL, each once, in order."""
    names: dict[str, None] = {}

    def remember(name: str) -> str:
        names[name] = None
        return name

    substitute(sql, remember)
    return tuple(names)
