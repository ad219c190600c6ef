"""The guard: contract SQL is hostile until proven a single SELECT over declared tables.

The same check runs at lint and again right before a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from spectra_gx.contract.clocks import clocks_in
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql.placeholders import quote_placeholders, substitute
from spectra_gx.contract.sql.tokens import (
    SqlRefused,
    called_names,
    check_placeholders,
    read_tokens,
    written_names,
)

__all__ = [
    "GuardedCondition",
    "GuardedQuery",
    "Readable",
    "SqlRefused",
    "guard_condition",
    "guard_query",
]

Readable: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Table → column → whether its values are sensitive."""

_OWN = "table"
_FIX = "name tables as `{table}` or `{schema.table}`"


@dataclass(frozen=True)
class GuardedQuery:
    """A query proven to be one SELECT over declared tables."""

    text: str
    """As written, placeholders included."""

    table: str
    """The table that `{table}` names."""

    tables: tuple[str, ...]
    """Every table read, in the order first named."""

    columns: frozenset[tuple[str, str]]
    """(table, column) for every column named; where only a run can decide, every candidate."""

    shown: tuple[str, ...] | None
    """Output columns whose values samples may show; None means all of them.

    None of them where a sensitive column decides what is found.
    """

    costly: bool = False
    """Whether it could need much memory or time for little data."""

    def render(self, names: Mapping[str, str]) -> str:
        """Return the SQL to run, each table replaced by the name or subquery given for it.

        Raises:
            SqlRefused: It would read other tables then, or return other columns.
        """
        from spectra_gx.contract.sql import syntax  # noqa: PLC0415  # sqlglot is slow to import

        filled_in: dict[str, str] = {}

        def fill_in(name: str) -> str:
            return filled_in.setdefault(f"{{{name}}}", names[self.table if name == _OWN else name])

        rendered = substitute(self.text, fill_in)
        syntax.check_rendered(
            syntax.parse_query(quote_placeholders(self.text)), rendered, filled_in
        )
        return rendered


@dataclass(frozen=True)
class GuardedCondition:
    """A condition proven to be one expression over the columns of one table."""

    text: str
    columns: frozenset[str]
    exposes: bool = False
    """Whether the rows that it selects reveal what a sensitive column contains."""

    costly: bool = False
    """Whether it could need much memory or time for little data."""


def guard_query(text: str, *, table: str, tables: Readable) -> GuardedQuery:
    """Prove that a text is one SELECT over readable tables.

    `table` is what `{table}` names, `tables` all that may be read.

    Raises:
        SqlRefused: It is not, or names a column that does not exist.
    """
    _refuse_clocks(text)
    tokens = read_tokens(text)
    first = next(token.text.lower() for token in tokens if token.text != "(")
    if first not in ("select", "with"):
        raise SqlRefused(f"this starts with `{first}`; a rule is one SELECT")
    named = dict.fromkeys(token.text for token in tokens if token.kind == "placeholder")
    found = {name: _resolve(name[1:-1], table, tables) for name in named}
    if not found:
        raise SqlRefused(f"this SELECT reads no declared table; {_FIX}")

    from spectra_gx.contract.sql import cost, exposure, scopes, syntax  # noqa: PLC0415  # sqlglot is slow to import

    tree = syntax.parse_query(quote_placeholders(text))
    check_placeholders(tokens)
    called = called_names(tokens)
    syntax.check_calls(tree, called)
    read = dict.fromkeys(found.values())
    sources = {name: (known, tables[known]) for name, known in found.items()}
    columns = scopes.check_columns(tree, sources)
    hidden = exposure.exposes(tree, sources, written_names(tokens))
    return GuardedQuery(
        text=text,
        table=table,
        tables=tuple(read),
        columns=columns,
        costly=cost.is_costly(tree, called),
        shown=() if hidden else _shown(tree, found, {name: tables[name] for name in read}),
    )


def guard_condition(text: str, *, table: str, columns: Mapping[str, bool]) -> GuardedCondition:
    """Prove that a text is one condition over the columns of a table.

    Raises:
        SqlRefused: It is not, or names a column that does not exist.
    """
    _refuse_clocks(text)
    tokens = read_tokens(text)
    if any(token.kind == "placeholder" for token in tokens):
        raise SqlRefused("a condition is about its own table only; leave the placeholder out")

    from spectra_gx.contract.sql import cost, exposure, scopes, syntax  # noqa: PLC0415  # sqlglot is slow to import

    tree = syntax.parse_condition(text)
    called = called_names(tokens)
    syntax.check_calls(tree, called)
    sources = {syntax.CONDITION_TABLE: (table, columns)}
    named = scopes.check_columns(tree, sources)
    hidden = exposure.exposes(tree, sources, written_names(tokens))
    return GuardedCondition(
        text=text,
        columns=frozenset(column for _, column in named),
        exposes=hidden,
        costly=cost.is_costly(tree, called),
    )


def _refuse_clocks(text: str) -> None:
    for clock in clocks_in(text):
        raise SqlRefused(
            f"`{{{clock}}}` is a run's clock, for `where` and `sql` of rules; here is none"
        )


def _resolve(name: str, table: str, tables: Readable) -> str:
    resolved = table if name == _OWN else name
    if resolved not in tables:
        hint = did_you_mean(name, tables) or "; declare it, or name it under `consumes`"
        raise SqlRefused(f"table {quote(name)} is neither declared nor consumed{hint}")
    return resolved


def _shown(tree: Any, found: Mapping[str, str], read: Readable) -> tuple[str, ...] | None:
    """Return the output columns that may be shown; None when nothing read is sensitive."""
    sensitive = {column for columns in read.values() for column in columns if columns[column]}
    if not sensitive:
        return None
    return tuple(
        dict.fromkeys(
            name for name in _selected_as_they_are(tree, found, read) if name not in sensitive
        )
    )


def _selected_as_they_are(tree: Any, found: Mapping[str, str], read: Readable) -> Iterator[str]:
    """Yield the declared columns that the outermost SELECT returns under their own names."""
    from spectra_gx.contract.sql import scopes  # noqa: PLC0415  # sqlglot is slow to import

    outputs = scopes.plain_outputs(tree)
    if outputs is None:
        return
    for source, column in outputs.plain:
        owners = [source] if source else outputs.sources
        for owner in owners:
            columns = read[found[owner]]
            names = columns if column is None else [column] if column in columns else []
            yield from (name for name in names if name not in outputs.made)
