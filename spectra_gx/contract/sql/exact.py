"""Contract SQL as it runs: its types checked, its whole numbers unable to wrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.placeholders import quote_placeholders
from spectra_gx.contract.sql.tokens import SqlRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.sql.guard import GuardedQuery

_CONDITION = "SELECT 1 FROM {table} WHERE "


@dataclass(frozen=True)
class ExactSql:
    """Contract SQL in words that mean one thing."""

    text: str
    """As written, unless a number in it could wrap or would be rounded."""

    divisions: tuple[str, ...]
    """Divisions of one whole number by another, as written."""


def exact_query(query: GuardedQuery, types: Mapping[str, Mapping[str, str | None]]) -> ExactSql:
    """Return a query that the guard has let through with whole numbers that cannot wrap.

    `types` is table → column → canonical type, None where nobody declares it.

    Raises:
        SqlRefused: Values of two types are compared in it, or numbers that nobody checks.
    """
    held = {f"{{{name}}}": columns for name, columns in types.items()}
    if query.table in types:
        held["{table}"] = types[query.table]
    return _exact(query.text, held)


def exact_condition(condition: str, types: Mapping[str, str | None]) -> ExactSql:
    """Return a condition that the guard has let through; otherwise as for queries.

    Raises:
        SqlRefused: Values of two types are compared in it, or numbers that nobody checks.
    """
    query = f"{_CONDITION}(\n{condition}\n)"
    exact = _exact(query, {"{table}": types})
    text = condition if exact.text == query else exact.text.removeprefix(_CONDITION)
    return ExactSql(text, exact.divisions)


def _exact(text: str, types: Mapping[str, Mapping[str, str | None]]) -> ExactSql:
    from spectra_gx.contract.sql import datafusion_dialect, type_checking  # noqa: PLC0415  # sqlglot is slow

    tree = datafusion_dialect.parse_sql(quote_placeholders(text))
    meaning = type_checking.TypeChecker(types)
    try:
        meaning.query(tree, None, {})
        shown = datafusion_dialect.render_sql(tree) if meaning.changed else text
    except (RecursionError, LookupError, AttributeError, TypeError, ValueError) as error:
        if isinstance(error, SqlRefused):
            raise
        raise SqlRefused(datafusion_dialect.CANNOT_BE_FOLLOWED) from None
    return ExactSql(shown, tuple(meaning.divisions))
