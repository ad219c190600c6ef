"""Names and texts as SQL spells them: the one place that puts them in quotes."""

from __future__ import annotations


def quote_name(identifier: str, mark: str = '"') -> str:
    """Quote an identifier.

    Args:
        identifier: Any text; nothing in it can end the name.
        mark: What quotes names: `"` in standard SQL, a backtick in Spark's.
    """
    return mark + identifier.replace(mark, mark * 2) + mark


def quote_text(value: str) -> str:
    """Write a text literal of standard SQL, in which a backslash is a letter like any other."""
    return "'" + value.replace("'", "''") + "'"
