"""One sentence for a person about how a rule ended; facts only, never a value from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule


def failure(rule: Rule, evaluated: int | None, unexpected: int | None, observed: Any) -> str:
    """Return the sentence for a rule that failed."""
    if rule.kind == "columns":
        return _columns(observed)
    if rule.kind == "type":
        return f"column `{rule.columns[0]}` is stored as {observed}, declared as {rule.argument}"
    if rule.kind == "rows":
        return f"{_rows(observed)} where the contract wants {_bounds(rule.argument)}"
    if unexpected is None:
        return f"broken: observed {observed}"
    if rule.kind == "sql":
        return f"the query returns {_rows(unexpected)}; it must return none{_share(rule)}"
    return f"{unexpected} of {_rows(evaluated or 0)} {_wording(rule)}{_share(rule)}"


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _share(rule: Rule) -> str:
    return "" if rule.mostly == 1 else f" (at least {rule.mostly:.10g} of them must not)"


def _bounds(argument: dict[str, int]) -> str:
    words = {"min": "at least", "max": "at most", "equals": "exactly"}
    return " and ".join(f"{words[bound]} {count}" for bound, count in argument.items())


def _columns(observed: dict[str, list[str]]) -> str:
    parts = []
    if observed["missing"]:
        parts.append(f"missing: {_names(observed['missing'])}")
    if observed["extra"]:
        parts.append(f"not in the contract: {_names(observed['extra'])}")
    return "columns " + "; ".join(parts)


def _names(columns: list[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


_LISTED = 10


def _said(value: Any) -> str:
    """Return a value of the contract as the contract writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wording(rule: Rule) -> str:
    columns = _names(list(rule.columns))
    match rule.kind:
        case "required":
            return f"null in {columns}"
        case "unique":
            return f"not unique in {columns}"
        case "primary_key":
            return f"null or not unique in key {columns}"
        case "references":
            return f"without a parent in `{rule.argument['table']}`: {columns}"
        case "enum" | "not_in":
            listed = ", ".join(map(_said, rule.argument[:_LISTED]))
            more = ", …" if len(rule.argument) > _LISTED else ""
            side = "not one of" if rule.kind == "enum" else "one of"
            return f"{side} {listed}{more} in {columns}"
        case "const":
            return f"not {_said(rule.argument)} in {columns}"
        case "compare":
            other = rule.argument["column"] or _said(rule.argument["literal"])
            return f"break `{rule.columns[0]} {rule.argument['operator']} {other}`"
        case _:
            return f"break {rule.kind} {rule.argument} in {columns}"
