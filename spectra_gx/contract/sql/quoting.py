"""Names and values as SQL spells them: the one place that puts them in quotes."""

from __future__ import annotations

import re

_PLAIN_WORD = re.compile(r"\w+")


def quote_name(identifier: str, mark: str = '"') -> str:
    """Quote an identifier; nothing in it can end the name.

    The mark is `"` in standard SQL, a backtick in Spark's.
    """
    return mark + identifier.replace(mark, mark * 2) + mark


def spell_name(name: str) -> str:
    """Return a name as rule ids and messages spell it: in `"` unless it is a plain word."""
    return name if _PLAIN_WORD.fullmatch(name) else quote_name(name)


def unquote_name(written: str) -> str:
    """Return the name that somebody wrote, maybe in `"` as SQL quotes it."""
    quoted = len(written) > 1 and written[0] == written[-1] == '"'
    return written[1:-1].replace('""', '"') if quoted else written


def quote_text(value: str) -> str:
    """Write a text literal of standard SQL, in which a backslash is a letter like any other."""
    return "'" + value.replace("'", "''") + "'"


def quote_backticked(name: str) -> str:
    """Write a name in MariaDB's SQL."""
    return "`" + name.replace("`", "``") + "`"


def quote_escaped_text(value: str) -> str:
    """Write a text literal of Spark's or MariaDB's, in which a backslash begins an escape."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\r", "\\r").replace("\n", "\\n") + "'"


def quote_literal(value: object) -> str:
    """Write a text, a number or a boolean as a literal."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return quote_text(str(value))
