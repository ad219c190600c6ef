"""One sentence for a person about how a rule ended; facts only, never a value from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.checks.readable_tables import sql_of_rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Rule


def failure_message(
    rule: Rule,
    evaluated: int | None,
    unexpected: int | None,
    observed: Any,
    details: Mapping[str, Any] | None = None,
) -> str:
    """Return the sentence for a rule that failed."""
    if rule.kind == "columns":
        return _columns(observed)
    if rule.kind == "type":
        column = spell_path(rule.columns[0], rule.path)
        return f"column `{column}` is stored as {observed}, declared as {rule.argument}"
    if rule.kind in _OF_TABLES:
        return _OF_TABLES[rule.kind](rule, observed, details or {})
    if rule.kind in _STATISTICS:
        return (
            f"{_STATISTICS[rule.kind].format(**rule.argument)} of `{rule.columns[0]}` is "
            f"{_number(observed)} where the contract wants {_range(rule.argument)}"
        )
    if unexpected is None:
        seen = "" if observed is None else f"; observed {observed}"
        return f"`{rule.argument['type']}` is broken{seen}"
    if sql_of_rule(rule):
        return f"the query returns {_rows(unexpected)}; it must return none{_share(rule)}"
    return f"{unexpected} of {_rows(evaluated or 0)} {describe_failure(rule)}{_share(rule)}"


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _share(rule: Rule) -> str:
    return "" if rule.mostly == 1 else f" (at least {rule.mostly:.10g} of them must not)"


def spell_path(column: str, path: Sequence[str | None]) -> str:
    """Return the words for what is nested in a column: `address.zip`, `tags.items`."""
    return ".".join([column, *("items" if step is None else step for step in path)])


def _row_count(rule: Rule, observed: int, details: Mapping[str, Any]) -> str:
    wanted = [_range(rule.argument)] if _BOUNDS.keys() & rule.argument.keys() else []
    if "same_as" in rule.argument:
        wanted.append(f"as many as `{rule.argument['same_as']}`, {details['same_as']}")
    if "change" in rule.argument and details["previous"] >= 0:
        most = rule.argument["change"]["max"]
        wanted.append(f"at most {most} away from {details['previous']}, the last passed run's")
    return f"{_rows(observed)} where the contract wants {' and '.join(wanted)}"


def _freshness(rule: Rule, observed: Any, details: Mapping[str, Any]) -> str:
    del details
    age = rule.argument["max_age"]
    if observed is None:
        return f"no row is dated in `{rule.columns[0]}`; the newest must be at most {age} old"
    return f"the newest `{rule.columns[0]}` is {observed}, more than {age} old"


def _column_order(rule: Rule, observed: list[str], details: Mapping[str, Any]) -> str:
    del rule, details
    return f"columns stand in another order: {_names(observed)}"


def _partitioning(rule: Rule, observed: list[str], details: Mapping[str, Any]) -> str:
    del details
    standing = _names(observed) if observed else "nothing"
    return f"partitioned by {standing} where the contract wants {_names(list(rule.columns))}"


_OF_TABLES = {
    "rows": _row_count,
    "freshness": _freshness,
    "column_order": _column_order,
    "partitioned_by": _partitioning,
}
_STATISTICS = {
    "mean": "the mean",
    "median": "the median",
    "sum": "the sum",
    "stdev": "the standard deviation",
    "distinct": "the number of distinct values",
    "null_share": "the share of nulls",
    "quantile": "the {q} quantile",
}
_BOUNDS = {"min": "at least", "max": "at most", "equals": "exactly"}


def _range(argument: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{word} {_number(argument[bound])}" for bound, word in _BOUNDS.items() if bound in argument
    )


def _number(value: Any) -> str:
    """Return a number as a person reads it; what is none is named."""
    if value is None:
        return "no number, for no row has a value or one is NaN,"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


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


_WORDINGS = {
    "required": "null in {columns}",
    "unique": "not unique in {columns}",
    "primary_key": "null or not unique in key {columns}",
    "references": "without a parent in `{argument[table]}`: {columns}",
    "const": "not {said} in {columns}",
    "max_age": "more than {argument[max_age]} old in {columns}",
    "finite": "NaN or infinite in {columns}",
    "expect": "break `{argument[type]}`",
}
_OTHERS = "break {rule.kind} {argument} in {columns}"


def describe_failure(rule: Rule) -> str:
    """Return the words for rows that break a rule: `null in `id``, `not one of a, b in `code``."""
    nested = [spell_path(rule.columns[0], rule.path)] if rule.path else list(rule.columns)
    columns = _names(nested)
    if rule.kind in ("enum", "not_in"):
        return f"{_membership(rule)} in {columns}"
    if rule.kind == "sorted":
        return _disorder(rule)
    if rule.kind == "compare":
        other = rule.argument["column"] or _said(rule.argument["literal"])
        return f"break `{rule.columns[0]} {rule.argument['operator']} {other}`"
    template = _WORDINGS.get(rule.kind, _OTHERS)
    return template.format(
        rule=rule, argument=rule.argument, said=_said(rule.argument), columns=columns
    )


def _disorder(rule: Rule) -> str:
    by, order = list(rule.argument["by"]), rule.argument["order"]
    following = [column for column in rule.columns if column not in by]
    along = f" along {_names(by)}" if following else ""
    return f"out of {order} order in {_names(following or by)}{along}"


def _membership(rule: Rule) -> str:
    listed = ", ".join(map(_said, rule.argument[:_LISTED]))
    more = ", …" if len(rule.argument) > _LISTED else ""
    return f"{'not one of' if rule.kind == 'enum' else 'one of'} {listed}{more}"
