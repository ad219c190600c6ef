"""What an expectation says in the words of the contract language, and who can read which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Arguments = dict[str, Any]


@dataclass(frozen=True)
class ColumnKey:
    """A key of a column."""

    column: str
    key: str
    value: Any
    path: tuple[str | None, ...] = ()
    """Steps into the column: a struct's field by name, None for an array's items."""


@dataclass(frozen=True)
class TableKey:
    """A key of a table, or names of columns that it must have."""

    key: str
    value: Any


@dataclass(frozen=True)
class ListedRule:
    """A predicate of a table's list of rules, with what stands beside it."""

    said: Mapping[str, Any]


Says = ColumnKey | TableKey | ListedRule
RuleMapper = Callable[[Arguments], "list[Says]"]


class NotExpressibleError(Exception):
    """The language has no words for an expectation; the message says why."""


class RuleMappers(dict[str, RuleMapper]):
    """Expectation → the function that reads it; it pops the arguments that it understands."""

    def maps(self, *expectations: str) -> Callable[[RuleMapper], RuleMapper]:
        """Register a function as the reader of these expectations."""

        def register(function: RuleMapper) -> RuleMapper:
            self.update(dict.fromkeys(expectations, function))
            return function

        return register
