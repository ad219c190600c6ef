"""SQL of other tools as conditions and queries of a contract."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.interop.tracked_mapping import TrackedMapping

_TEMPLATES = re.compile(r"\{\{|\{%|\{#|\$\{")


_OTHER_FORM = (LookupError, TypeError, ValueError, AttributeError)
"""What the arguments of a check raise that are not of the kinds that it takes."""


class NotConvertibleError(Exception):
    """Something has no equal in the contract language; the message says why."""


@contextmanager
def reading_check(said: TrackedMapping, kind: str | None = None) -> Iterator[None]:
    """Read a check; one without an equal is a loss under its kind, and so is what nobody reads."""
    start = "" if kind is None else f"`{kind}`: "
    try:
        yield
    except NotConvertibleError as error:
        said.add_loss(f"{start}{error}")
    except _OTHER_FORM:
        said.add_loss(f"{start}its arguments are not of the form that it takes")
    else:
        said.end()


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


def take_condition(said: TrackedMapping, key: str, dialect: str | None) -> str | None:
    """Return the condition of a key; a check whose condition cannot be read has no equal.

    Raises:
        NotConvertibleError: It is no text, or `convert_condition` refuses it.
    """
    given = said.take(key, object)
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise NotConvertibleError(f"its `{key}` is not a text")
    return convert_condition(given, dialect)


def take_flag(said: TrackedMapping, key: str) -> bool | None:
    """Return the flag of a key; a check whose flag cannot be read has no equal.

    Raises:
        NotConvertibleError: It is neither true nor false.
    """
    given = said.take(key, object)
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in ("true", "false"):
        return given.lower() == "true"
    raise NotConvertibleError(f"its `{key}` is neither true nor false")


def refuse_templates(text: str) -> None:
    """Refuse a text that another tool fills in before it is used.

    Raises:
        NotConvertibleError: It contains a template or a variable.
    """
    if has_template(text):
        raise NotConvertibleError("it contains a template, whose value is only known at run time")


def has_template(text: str) -> bool:
    """Return whether another tool fills in a text before it is used."""
    return _TEMPLATES.search(text) is not None


def _transpile(text: str, dialect: str) -> str:
    import sqlglot  # noqa: PLC0415  # sqlglot is slow to import
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  # as above

    try:
        [written] = sqlglot.transpile(text, read=dialect, write="postgres")
    except (SqlglotError, ValueError):
        raise NotConvertibleError(f"its SQL cannot be read as {dialect}") from None
    return str(written)
