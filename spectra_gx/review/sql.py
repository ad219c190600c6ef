"""Whether two pieces of contract SQL say the same; sqlglot is loaded when their texts differ."""

from __future__ import annotations

from spectra_gx.contract.placeholders import substitute
from spectra_gx.contract.sql_text import SqlRefused


def same_query(old: str, new: str) -> bool:
    """Return whether two queries are one, spaces, capitals of keywords and the like aside."""
    if old == new:
        return True
    from spectra_gx.contract import sql_tree  # noqa: PLC0415  # sqlglot is slow to import

    try:
        before, after = (sql_tree.parse_query(_quoted(text)) for text in (old, new))
    except SqlRefused:
        return False
    return bool(before.sql(dialect="postgres") == after.sql(dialect="postgres"))


def same_condition(old: str, new: str) -> bool:
    """Return whether two conditions are one."""
    from spectra_gx.contract import sql_tree  # noqa: PLC0415  # sqlglot is slow to import

    try:
        before, after = (sql_tree.parse_condition(text) for text in (old, new))
    except SqlRefused:
        return False
    return bool(before.sql(dialect="postgres") == after.sql(dialect="postgres"))


def _quoted(text: str) -> str:
    return substitute(text, lambda name: f'"{{{name}}}"')
