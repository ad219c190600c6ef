"""Expectations of GX as rules of a contract: the inverse of the compiler."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.registry import AS_OF, PREVIOUS_ROWS
from spectra_gx.contract.rules.gx_signatures import signatures
from spectra_gx.interop.gx import column_rules, table_rules
from spectra_gx.interop.gx.mapped_rules import (
    ColumnKey,
    ListedRule,
    MappedRule,
    NotExpressibleError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAPPERS = {**column_rules.MAPPERS, **table_rules.MAPPERS}
_RUN_PARAMETERS = ({"$PARAMETER": AS_OF}, {"$PARAMETER": PREVIOUS_ROWS})
_OTHER_ARGUMENTS = "its arguments are not those of GX"
_NOT_OF_CORE = "not a core expectation of GX; write it as a `sql` rule"


def map_expectation(
    expectation: str, kwargs: Mapping[str, Any]
) -> tuple[list[MappedRule], list[str]]:
    """Return the rules of an expectation, and the arguments that were not converted.

    `expectation` is GX's type, in snake case or as a class name; `kwargs` have no `mostly` and no
    row condition.

    Raises:
        NotExpressibleError: The contract language cannot express it.
    """
    name = _snake_case(expectation)
    if name == "expect_nested_values_to_satisfy":
        return _map_nested(kwargs)
    given = {key: value for key, value in kwargs.items() if value is not None}
    for key in ("batch_id", "result_format", "include_config", "catch_exceptions"):
        given.pop(key, None)
    given = {key: value for key, value in given.items() if not _comes_from_run(value)}
    if any(isinstance(value, dict) and "$PARAMETER" in value for value in given.values()):
        raise NotExpressibleError("it has a parameter whose value is only known at run time")
    if name in _MAPPERS:
        left = dict(given)
        try:
            rules = _MAPPERS[name](left)
        except (LookupError, TypeError, ValueError, AttributeError):
            raise NotExpressibleError(_OTHER_ARGUMENTS) from None
        if not all(map(_names_column, rules)):
            raise NotExpressibleError(_OTHER_ARGUMENTS)
        if rules:
            return rules, [key for key, value in left.items() if not _is_default(value)]
    return [expectation_rule(name, given)], []


def _comes_from_run(value: Any) -> bool:
    """Return whether an argument is a parameter that our runs fill in."""
    past = isinstance(value, dict) and str(value.get("$PARAMETER")).startswith("past_")
    return past or value in _RUN_PARAMETERS


def _is_default(value: Any) -> bool:
    """Return whether an argument means the same as leaving it out; 0 does not."""
    return value is False or value == "never"


def _names_column(part: MappedRule) -> bool:
    """Return whether the column's name and the steps into it are strings."""
    names = (part.column, *part.path) if isinstance(part, ColumnKey) else ()
    return all(isinstance(name, str | None) for name in names) and None not in names[:1]


def _map_nested(kwargs: Mapping[str, Any]) -> tuple[list[MappedRule], list[str]]:
    """Map our own expectation about values inside a column."""
    try:
        inner, path = kwargs["expectation"], tuple(kwargs["path"])
        rules, left = map_expectation(
            str(inner["type"]), {**inner["kwargs"], "column": kwargs["column"]}
        )
    except (KeyError, TypeError):
        raise NotExpressibleError(_OTHER_ARGUMENTS) from None
    if not all(isinstance(step, str | None) for step in path):
        raise NotExpressibleError(_OTHER_ARGUMENTS)
    nested = [replace(part, path=path) for part in rules if isinstance(part, ColumnKey)]
    if len(nested) < len(rules):
        raise NotExpressibleError("this rule cannot check values inside a column")
    return [*nested], left


def expectation_rule(expectation: str, kwargs: Mapping[str, Any]) -> ListedRule:
    """Return an `expect` rule for one of GX's own expectations.

    Raises:
        NotExpressibleError: It is not a core expectation of GX.
    """
    if expectation not in signatures():
        raise NotExpressibleError(_NOT_OF_CORE)
    return ListedRule({"expect": expectation, "with": dict(kwargs)})


def _snake_case(name: str) -> str:
    if name[:1].isupper():
        for known, signature in signatures().items():
            if signature["name"] == name:
                return known
    return name
