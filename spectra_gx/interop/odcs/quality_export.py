"""A rule as a check of ODCS: a standard check if there is one, else an expectation of GX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.contract.clocks import reads_clock
from spectra_gx.contract.sql.placeholders import substitute
from spectra_gx.interop.odcs.vocabulary import ENGINE, RULE, VENDOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Rule

_METRICS = {"required": "nullValues", "unique": "duplicateValues"}
_ROWS = {"equals": "mustBe", "min": "mustBeGreaterOrEqualTo", "max": "mustBeLessOrEqualTo"}


def without_blanks(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping without empty values."""
    return {key: value for key, value in content.items() if value not in (None, (), [], {})}


def export_check(rule: Rule, key: str, content: Any) -> dict[str, Any]:
    """Return a rule as a check, with a custom property that repeats it word for word."""
    of_column = key != RULE and bool(rule.columns)
    return without_blanks(
        {
            "name": rule.id,
            "description": rule.description,
            **_implementation(rule, of_column=of_column),
            "severity": str(rule.severity),
            "customProperties": [{"property": key, "value": content, "vendor": VENDOR}],
        }
    )


def _implementation(rule: Rule, *, of_column: bool) -> dict[str, Any]:
    plain = not rule.is_lenient and not rule.where and not reads_clock(rule)
    native = _native(rule, of_column=of_column) if plain else None
    if native is not None:
        return native
    compiled = compile_rule(rule)
    implementation = {"type": compiled["type"], "kwargs": compiled["kwargs"]}
    return {"type": "custom", "engine": ENGINE, "implementation": implementation}


def _native(rule: Rule, *, of_column: bool) -> dict[str, Any] | None:
    """Return the standard check for a rule; None if there is none."""
    match rule.kind:
        case "sql":
            return {"type": "sql", "query": _counting(rule), "mustBe": 0}
        case "sql_value":
            return {"type": "sql", "query": _placed(rule, rule.argument["query"]), **_within(rule)}
        case "rows" if len(rule.argument) == 1 and rule.argument.keys() <= _ROWS.keys():
            ((bound, count),) = rule.argument.items()
            return {"type": "library", "metric": "rowCount", _ROWS[bound]: count}
        case "unique" if len(rule.columns) > 1:
            return _library("duplicateValues", properties=list(rule.columns))
        case kind if of_column and kind in _METRICS:
            return _library(_METRICS[kind])
        case "enum" | "const" if of_column:
            values = list(rule.argument) if rule.kind == "enum" else [rule.argument]
            return _library("invalidValues", validValues=values)
        case "pattern" if of_column:
            return _library("invalidValues", pattern=rule.argument)
    return None


def _library(metric: str, **arguments: Any) -> dict[str, Any]:
    check = {"type": "library", "metric": metric, "mustBe": 0}
    return {**check, "arguments": arguments} if arguments else check


def _within(rule: Rule) -> dict[str, Any]:
    """Return the bounds of a rule as the one threshold that a check has."""
    if rule.argument.keys() >= {"min", "max"}:
        return {"mustBeBetween": [rule.argument["min"], rule.argument["max"]]}
    return {word: rule.argument[key] for key, word in _ROWS.items() if key in rule.argument}


def _placed(rule: Rule, query: str) -> str:
    """Return a query as ODCS names the table in it."""
    return substitute(query, lambda name: "{object}" if name in ("table", rule.table) else name)


def _counting(rule: Rule) -> str:
    """Return the query that counts what the rule's query returns."""
    query = _placed(rule, rule.argument)
    return f"select count(*) from ({query.strip().rstrip(';')}) as offending"
