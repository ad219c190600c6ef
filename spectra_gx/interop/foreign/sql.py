"""SQL of other tools as conditions and queries of a contract."""

from __future__ import annotations

import re

_TEMPLATES = re.compile(r"\{\{|\{%|\{#|\$\{")


class NotConvertibleError(Exception):
    """Something has no equal in the contract language; the message says why."""


def convert_condition(text: str, dialect: str | None) -> str:
    """Return a condition on a row in the dialect of contracts.

    Without a dialect it is taken as it is written; lint refuses what it cannot read.

    Raises:
        NotConvertibleError: It contains a template, or cannot be parsed.
    """
    flat = " ".join(text.split()) if "'" not in text else text.strip()
    refuse_templates(flat)
    return _transpile(flat, dialect) if dialect else flat


def convert_query(text: str, dialect: str | None) -> str:
    """Return a query in the dialect of contracts; see `convert_condition`."""
    flat = text.strip().rstrip(";").rstrip()
    refuse_templates(flat)
    return _transpile(flat, dialect) if dialect else flat


def refuse_templates(text: str) -> None:
    """Refuse a text that another tool fills in before it is used.

    Raises:
        NotConvertibleError: It contains a template or a variable.
    """
    if _TEMPLATES.search(text):
        raise NotConvertibleError("it contains a template, whose value is only known at run time")


def _transpile(text: str, dialect: str) -> str:
    import sqlglot  # noqa: PLC0415  # sqlglot is slow to import
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  # as above

    try:
        [written] = sqlglot.transpile(text, read=dialect, write="postgres")
    except (SqlglotError, ValueError):
        raise NotConvertibleError(f"its SQL cannot be read as {dialect}") from None
    return str(written)
