"""The contract rules that an expectation maps to, and the registry of mapping functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Arguments = dict[str, Any]


@dataclass(frozen=True)
class ColumnKey:
    """A key of a column in a contract."""

    column: str
    key: str
    value: Any
    path: tuple[str | None, ...] = ()
    """Steps into the column: the name of a struct's field, None for the items of an array."""


@dataclass(frozen=True)
class TableKey:
    """A key of a table in a contract, or under `columns` the names that it must have."""

    key: str
    value: Any


@dataclass(frozen=True)
class ListedRule:
    """An entry of a table's `rules:`, without its id and options."""

    entry: Mapping[str, Any]


MappedRule = ColumnKey | TableKey | ListedRule
RuleMapper = Callable[[Arguments], "list[MappedRule]"]


class NotExpressibleError(Exception):
    """The contract language cannot express an expectation; the message says why."""


class RuleMappers(dict[str, RuleMapper]):
    """Expectation → the function that maps it, which pops the arguments that it understands."""

    def maps(self, *expectations: str) -> Callable[[RuleMapper], RuleMapper]:
        """Register a function as the mapper of these expectations."""

        def register(function: RuleMapper) -> RuleMapper:
            self.update(dict.fromkeys(expectations, function))
            return function

        return register


def unique_rule(columns: list[str]) -> MappedRule:
    """Return the rule that columns are unique together; of one column it is a key."""
    if len(columns) == 1:
        return ColumnKey(columns[0], "unique", True)
    return ListedRule({"unique": columns})


def timezone_key(column: str, given: Arguments) -> list[MappedRule]:
    """Return the column key for the time zone of local timestamps, if one is given."""
    zone = given.pop("timezone", None)
    return [ColumnKey(column, "timezone", zone)] if zone else []
