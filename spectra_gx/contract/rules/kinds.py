"""What a rule kind is: one frozen entry that carries every fact about it.

Loading, suggestions, ids, the JSON schema, dumping, the words of a failure, the reference and what
a run may skip are read off this entry. Only what needs code of another layer is registered there,
as one function under the kind's key: its compiler always, its comparison where the default does
not do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.column_types import NUMBERS, SIMPLE, TIMES, Family

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule
    from spectra_gx.contract.parsers.parser import Parser


class Position(StrEnum):
    """Where a rule kind may be written."""

    COLUMN = "column key"
    TABLE = "table key"
    PREDICATE = "predicate"
    """Under `rules:`; a kind that also is a column key needs `column` beside it."""

    EVERY_TABLE = "every table"
    EVERY_STAGE = "every stage"


class Scope(StrEnum):
    """What decides whether a rule is satisfied."""

    SCHEMA = "schema"
    """The table's columns, types and layout; no row is read."""

    TABLE = "table"
    """All rows together, whatever `where` would say."""

    COLUMN = "column"
    """All values of a column together, of the rows that `where` selects."""

    ROW = "row"
    """Each row by itself."""

    GROUP = "group"
    """Each row, beside those with the same values here or in another table."""

    ROWS = "rows"
    """Each row, among all others."""


Split = Callable[[Any], tuple[tuple[str, ...], Any]]
"""From a parsed value to the columns and the argument of the rule."""

Join = Callable[[tuple[str, ...], Any], Any]
"""The way back: from columns and argument to what is written behind the key."""

Wording = Callable[["Rule", str], str]
"""From a rule and its columns, in backticks, to what is wrong with a failing row."""


def plain_value(columns: tuple[str, ...], argument: Any) -> Any:
    """Return the argument as it is written."""
    del columns
    if isinstance(argument, ClockValue):
        return str(argument)
    return list(argument) if isinstance(argument, tuple) else argument


@dataclass(frozen=True, kw_only=True)
class RuleKind:
    """One kind of rule."""

    key: str
    purpose: str
    """One sentence, the same everywhere."""

    parser: Parser
    example: Any
    """What is written behind the key."""

    counter_example: Mapping[str, Sequence[Any]]
    """Columns of a table that breaks the example; one column, `value`, for a rule of one column."""

    positions: frozenset[Position]
    scope: Scope
    wording: str | Wording = ""
    """What is wrong with a failing row, after `3 of 7 rows: `, or the statistic that is compared.

    A text may name `{columns}`, `{be}` (is or are), `{value}` and `{argument}`. Empty only where a
    function for the kind in `validation/messages.py` writes the whole sentence.
    """

    families: frozenset[Family] = frozenset(Family)
    """Families of column types that the rule makes sense for."""

    bounded: bool = False
    """Whether its argument is a bound, which an environment may change."""

    clocked: bool = False
    """Whether it measures from the run's clock."""

    conditional: bool = False
    """Whether its argument is the condition of the rows that it is about, its `where`."""

    split: Split | None = field(default=None, compare=False)
    """How a rule names its columns itself; None for a rule of one column."""

    join: Join = field(default=plain_value, compare=False)
    takes_column: bool = False
    """Whether `column` may be written beside it although it names columns itself."""

    @property
    def takes_mostly(self) -> bool:
        """Whether a share of rows may satisfy it: it finds single rows that do not."""
        return self.scope in (Scope.ROW, Scope.GROUP, Scope.ROWS)

    @property
    def takes_where(self) -> bool:
        """Whether it can be limited to some rows."""
        return self.scope not in (Scope.SCHEMA, Scope.TABLE) and not self.conditional

    @property
    def takes_mapping(self) -> bool:
        """Whether what is written behind its key is a mapping."""
        return self.parser.schema.get("type") == "object"

    @property
    def row_by_row(self) -> bool:
        """Whether a row that satisfied it once does so for good, wherever and whenever it is."""
        return self.scope is Scope.ROW and not self.clocked


ON_COLUMN = frozenset({Position.COLUMN, Position.PREDICATE})
IN_LIST = frozenset({Position.PREDICATE})
ON_TABLE = frozenset({Position.TABLE})
TEXT_FAMILIES = frozenset({Family.TEXT})
VALUE_FAMILIES = SIMPLE - {Family.BINARY}
ORDERED_FAMILIES = NUMBERS | TIMES


def only_columns(names: Any) -> tuple[tuple[str, ...], Any]:
    """Split a value that is nothing but columns."""
    return names, True


def list_columns(columns: tuple[str, ...], argument: Any) -> list[str]:
    """Join a value that is nothing but columns."""
    del argument
    return list(columns)


def no_columns(argument: Any) -> tuple[tuple[str, ...], Any]:
    """Split a value that names no column."""
    return (), argument


def value_text(value: Any) -> str:
    """Return a value of the contract as messages show it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def columns_text(columns: Iterable[str]) -> str:
    """Return columns as messages list them."""
    return ", ".join(f"`{column}`" for column in columns)
