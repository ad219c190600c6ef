"""The checks of Soda 4 that mean the same as a rule."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import Family, family
from spectra_gx.contract.earlier_runs import expected_of
from spectra_gx.contract.model import Severity
from spectra_gx.interop.foreign.rule_export import (
    NoEqualError,
    all_required,
    comparison,
    numeric_bound,
    refuse_share,
)
from spectra_gx.interop.odcs.quality_check import Threshold

if TYPE_CHECKING:
    from collections.abc import Callable

    from spectra_gx.contract.model import Column, Rule, Table

Found = list[tuple[str | None, str, dict[str, Any]]]
"""Column, or None for the dataset, with kind and content of each check."""

_VALIDITY = {
    "min": "valid_min",
    "max": "valid_max",
    "min_length": "valid_min_length",
    "max_length": "valid_max_length",
    "length": "valid_length",
}
_AGGREGATES = {"mean": "avg", "sum": "sum"}
_BOUNDS = {"min": "must_be_greater_than_or_equal", "max": "must_be_less_than_or_equal"}
_UNITS = {"m": ("minute", 1), "h": ("hour", 1), "d": ("day", 1), "w": ("day", 7)}


def rule_check(rule: Rule, table: Table, dataset: Callable[[str], str]) -> Found:
    """Return the checks of a rule.

    Raises:
        NoEqualError: Soda has no check that means the same.
    """
    options = _options(rule)
    if rule.kind == "column_order":
        return []
    if rule.kind in ("required", "required_if"):
        return [(rule.columns[0], "missing", _with_share(rule, options))]
    refuse_share(rule)
    if rule.kind in ("primary_key", "unique"):
        return _unique(rule, table, options)
    if rule.kind == "rows":
        return [(None, "row_count", _threshold(options, _row_bounds(rule.argument)))]
    if rule.kind == "compare":
        expression = f"not ({comparison(rule)})"
        if rule.where:
            expression = f"({rule.where}) and {expression}"
        options.pop("filter", None)
        return [(None, "failed_rows", {**options, "expression": expression})]
    if rule.kind == "freshness":
        return [(None, "freshness", _freshness(rule, options))]
    if rule.kind == "references":
        return [_reference(rule, options, dataset)]
    return [_of_column(rule, table, options)]


def _options(rule: Rule) -> dict[str, Any]:
    where = rule.argument if rule.kind == "required_if" else rule.where
    options: dict[str, Any] = {"name": rule.description} if rule.description else {}
    if where:
        options["filter"] = where
    if rule.severity is Severity.WARNING:
        options["threshold"] = {"level": "warn"}
    return options


def _threshold(options: dict[str, Any], bounds: dict[str, Any]) -> dict[str, Any]:
    return {**options, "threshold": {**options.get("threshold", {}), **bounds}}


def _with_share(rule: Rule, options: dict[str, Any]) -> dict[str, Any]:
    if rule.mostly < 1:
        percent = float((1 - Decimal(str(rule.mostly))) * 100)
        if Threshold("mustBeLessOrEqualTo", percent).passing_share != rule.mostly:
            raise NoEqualError("a share of so many digits has no equal in percent")
        return _threshold(options, {"metric": "percent", "must_be_less_than_or_equal": percent})
    return _failing(options)


def _failing(options: dict[str, Any]) -> dict[str, Any]:
    """Return a check that accepts no failure; only a level needs its number written out."""
    return _threshold(options, {"must_be": 0}) if "threshold" in options else options


def _unique(rule: Rule, table: Table, options: dict[str, Any]) -> Found:
    made = _failing(options)
    nulls: Found = []
    if rule.kind == "primary_key":
        nulls = [(name, "missing", dict(made)) for name in rule.columns]
    if len(rule.columns) == 1:
        return [*nulls, (rule.columns[0], "duplicate", made)]
    if rule.kind == "unique" and not all_required(rule.columns, table):
        raise NoEqualError("Soda counts keys with a null, which this rule ignores")
    return [*nulls, (None, "duplicate", {"columns": [*rule.columns], **made})]


def _row_bounds(argument: dict[str, Any]) -> dict[str, Any]:
    if argument.keys() == {"equals"}:
        return {"must_be": argument["equals"]}
    if not argument.keys() <= {"min", "max"}:
        raise NoEqualError("bounds that other tables or earlier runs give have no equal there")
    return _bounds(argument)


def _bounds(argument: dict[str, Any]) -> dict[str, Any]:
    if argument.keys() == {"min", "max"}:
        names = {"greater_than_or_equal": argument["min"], "less_than_or_equal": argument["max"]}
        return {"must_be_between": names}
    return {_BOUNDS[key]: bound for key, bound in argument.items()}


def _freshness(rule: Rule, options: dict[str, Any]) -> dict[str, Any]:
    if expected_of(rule) is not None:
        raise NoEqualError("bounds that earlier runs give have no equal there")
    age = rule.argument["max_age"]
    if age[-1] not in _UNITS:
        raise NoEqualError("an age in seconds has no equal there")
    unit, factor = _UNITS[age[-1]]
    bound = {"unit": unit, "must_be_less_than_or_equal": int(age[:-1]) * factor}
    return _threshold({"column": rule.columns[0], **options}, bound)


def _reference(
    rule: Rule, options: dict[str, Any], dataset: Callable[[str], str]
) -> tuple[str, str, dict[str, Any]]:
    if len(rule.columns) > 1:
        raise NoEqualError("`valid_reference_data` has one column")
    parent = rule.argument
    found = {"dataset": dataset(parent["table"]), "column": parent["to"][0]}
    return rule.columns[0], "invalid", {"valid_reference_data": found, **_failing(options)}


def _of_column(
    rule: Rule, table: Table, options: dict[str, Any]
) -> tuple[str, str, dict[str, Any]]:
    column = next((found for found in table.columns if rule.columns == (found.name,)), None)
    if column is None:
        raise NoEqualError("Soda has no check that means the same")
    if rule.kind in _AGGREGATES and rule.argument.keys() <= {"min", "max"}:
        function = {"function": _AGGREGATES[rule.kind]}
        return column.name, "aggregate", {**function, **_threshold(options, _bounds(rule.argument))}
    return column.name, "invalid", {**_valid(rule, column), **_failing(options)}


def _valid(rule: Rule, column: Column) -> dict[str, Any]:
    match rule.kind:
        case "enum" | "const" | "not_in":
            if family(column.type) not in (Family.TEXT, Family.WHOLE):
                raise NoEqualError("values are exported for texts and whole numbers only")
            values = [rule.argument] if rule.kind == "const" else list(rule.argument)
            return {"invalid_values" if rule.kind == "not_in" else "valid_values": values}
        case "min" | "max":
            return {_VALIDITY[rule.kind]: numeric_bound(rule, column)}
        case "min_length" | "max_length" | "length":
            return {_VALIDITY[rule.kind]: rule.argument}
        case "pattern":
            if not (rule.argument.startswith("^") and rule.argument.endswith("$")):
                raise NoEqualError("some databases match a pattern as a whole, not a part")
            return {"valid_format": {"regex": rule.argument, "name": f"{column.name} pattern"}}
    raise NoEqualError("Soda has no check that means the same")
