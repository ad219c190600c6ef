"""The statements of a file of SQL, each read on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.interop.foreign.files import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp


@dataclass(frozen=True)
class Unread:
    """A statement that cannot be read."""

    file: str
    line: int
    column: int
    reason: str


def read_statements(text: str, file: str, dialect: str | None) -> Iterator[exp.Expression | Unread]:
    """Yield every statement of a file; what cannot be read leaves the others as they are.

    Raises:
        ContractError: The file cannot even be split into words.
    """
    from sqlglot import Dialect  # noqa: PLC0415  # sqlglot is slow to import
    from sqlglot.errors import ErrorLevel, ParseError, TokenError  # noqa: PLC0415  # as above

    reader = Dialect.get_or_raise(dialect)
    try:
        tokens = reader.tokenize(text)
    except TokenError:
        reason = "not SQL that can be read; pass a file with CREATE TABLE statements"
        raise refused(file, reason) from None
    named = f"it was read as {dialect}" if dialect else "name its dialect with --dialect"
    for part in _split(tokens):
        try:
            parsed = reader.parser(error_level=ErrorLevel.RAISE).parse(part, text)
        except ParseError as error:
            found = error.errors[0] if error.errors else {}
            near = quote(str(found.get("highlight") or "its end"))
            line, column = found.get("line") or part[0].line, found.get("col") or part[0].col
            yield Unread(file, line, column, f"not SQL that can be read, near {near}; {named}")
        except RecursionError:
            reason = "nested too deeply to be read"
            yield Unread(file, part[0].line, part[0].col, reason)
        else:
            yield from (statement for statement in parsed if statement is not None)


def _split(tokens: list[Any]) -> Iterator[list[Any]]:
    """Yield the tokens of each statement."""
    part: list[Any] = []
    for token in tokens:
        if token.token_type.name != "SEMICOLON":
            part.append(token)
        elif part:
            yield part
            part = []
    if part:
        yield part
