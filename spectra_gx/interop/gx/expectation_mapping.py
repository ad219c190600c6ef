"""GX's expectations in the words of the contract language: the way back from the compiler."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.registry import AS_OF, PREVIOUS_ROWS
from spectra_gx.contract.rules.gx_signatures import signatures
from spectra_gx.interop.gx import column_rules, table_rules
from spectra_gx.interop.gx.mapped_rules import ColumnKey, ListedRule, NotExpressibleError, Says

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAPPERS = {**column_rules.MAPPERS, **table_rules.MAPPERS}
_KNOWN_TO_A_RUN = ({"$PARAMETER": AS_OF}, {"$PARAMETER": PREVIOUS_ROWS})
_OTHER_ARGUMENTS = "it has other arguments than GX would accept"
_NOT_OF_CORE = "it is no expectation of GX's core; write what it checks as a `sql` rule"


def map_expectation(expectation: str, kwargs: Mapping[str, Any]) -> tuple[list[Says], list[str]]:
    """Return what an expectation says, and the arguments of it that are not carried.

    Args:
        expectation: GX's type, snake case or class name.
        kwargs: Its arguments, less `mostly` and the row condition.

    Raises:
        CannotBeSaidError: The language cannot say it.
    """
    name = _snake_case(expectation)
    if name == "expect_nested_values_to_satisfy":
        return _read_nested(kwargs)
    given = {key: value for key, value in kwargs.items() if value is not None}
    for key in ("batch_id", "result_format", "include_config", "catch_exceptions"):
        given.pop(key, None)
    given = {key: value for key, value in given.items() if value not in _KNOWN_TO_A_RUN}
    if any(isinstance(value, dict) and "$PARAMETER" in value for value in given.values()):
        raise NotExpressibleError("it takes a value that is only known when it runs")
    if name in _MAPPERS:
        left = dict(given)
        try:
            said = _MAPPERS[name](left)
        except (LookupError, TypeError, ValueError, AttributeError):
            raise NotExpressibleError(_OTHER_ARGUMENTS) from None
        if not all(map(_names_column, said)):
            raise NotExpressibleError(_OTHER_ARGUMENTS)
        if said:
            return said, [key for key, value in left.items() if not _says_nothing(value)]
    return [expectation_rule(name, given)], []


def _says_nothing(value: Any) -> bool:
    """Return whether an argument is as if it were not given; 0 is a number."""
    return value is False or value == "never"


def _names_column(part: Says) -> bool:
    """Return whether what should be a column's name, and steps into it, can be that."""
    names = (part.column, *part.path) if isinstance(part, ColumnKey) else ()
    return all(isinstance(name, str | None) for name in names) and None not in names[:1]


def _read_nested(kwargs: Mapping[str, Any]) -> tuple[list[Says], list[str]]:
    """Return what our own expectation about values inside a column says."""
    try:
        inner, path = kwargs["expectation"], tuple(kwargs["path"])
        said, left = map_expectation(
            str(inner["type"]), {**inner["kwargs"], "column": kwargs["column"]}
        )
    except (KeyError, TypeError):
        raise NotExpressibleError(_OTHER_ARGUMENTS) from None
    if not all(isinstance(step, str | None) for step in path):
        raise NotExpressibleError(_OTHER_ARGUMENTS)
    nested = [replace(part, path=path) for part in said if isinstance(part, ColumnKey)]
    if len(nested) < len(said):
        raise NotExpressibleError("no rule of this kind can judge values inside a column")
    return [*nested], left


def expectation_rule(expectation: str, kwargs: Mapping[str, Any]) -> ListedRule:
    """Return a rule that asks GX's own expectation.

    Raises:
        CannotBeSaidError: It is none of GX's core.
    """
    if expectation not in signatures():
        raise NotExpressibleError(_NOT_OF_CORE)
    return ListedRule({"expect": expectation, "with": dict(kwargs)})


def _snake_case(name: str) -> str:
    if name[:1].isupper():
        for known, said in signatures().items():
            if said["name"] == name:
                return known
    return name
