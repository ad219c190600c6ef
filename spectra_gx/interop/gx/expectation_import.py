"""An expectation of a GX suite or an ODCS check as keys and rules of a table."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.registry import SHARES
from spectra_gx.contract.earlier_runs import BESIDE
from spectra_gx.contract.rules.gx_signatures import accepts_option
from spectra_gx.interop.contract_document import key_value
from spectra_gx.interop.gx.expectation_mapping import expectation_rule, map_expectation
from spectra_gx.interop.gx.mapped_rules import (
    ColumnKey,
    ListedRule,
    MappedRule,
    NotExpressibleError,
    TableKey,
)
from spectra_gx.interop.gx.row_conditions import UnsupportedConditionError, render_condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.interop.contract_draft import Draft, Path
    from spectra_gx.interop.tracked_mapping import TrackedMapping


def add_expectation(
    item: TrackedMapping, table: str, draft: Draft, options: dict[str, Any]
) -> None:
    """Add the rules of an expectation to a table of the draft.

    Whatever is not converted becomes a loss; the table's columns are already in the draft.
    """
    expectation = item.take("type", str) or item.take("expectation_type", str) or ""
    kwargs = item.take("kwargs", dict) or {}
    rule, shares = _rule_of(item)
    kwargs, given_options = _split_options(dict(kwargs))
    if shares:
        given_options.pop("mostly", None)
        options = {**options, "severity": shares}
    try:
        options = {**_read_options(given_options), **options}
        rules, unused = _read(expectation, kwargs, options)
        if _has_other_columns(rules, draft.at(("tables", table, "columns"))):
            rules, unused = [expectation_rule(expectation, kwargs)], []
    except (NotExpressibleError, UnsupportedConditionError) as error:
        item.add_loss(f"`{expectation}`: {error}")
        return
    for name in unused:
        draft.add_loss(f"{item.path}.kwargs.{name}", "the contract language has no such argument")
    for part in rules:
        given = {**options, **_learnt_severity(part, options)}
        _write(part, item, table, draft, (rule, given, expectation))


def _rule_of(item: TrackedMapping) -> tuple[str | None, dict[str, Any] | None]:
    """Return the rule's id and its shares of severities if our own compiler wrote them."""
    meta = item.mapping("meta")
    rule, shares = meta.text("rule"), meta.take(SHARES, dict)
    meta.end("notes for GX are not imported")
    return rule, shares


def _split_options(kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = ("mostly", "row_condition", "condition_parser")
    return (
        {key: value for key, value in kwargs.items() if key not in names},
        {key: kwargs[key] for key in names if kwargs.get(key) is not None},
    )


def _read_options(given: dict[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if given.get("mostly", 1) != 1:
        options["mostly"] = given["mostly"]
    if "row_condition" in given:
        options["where"] = render_condition(given["row_condition"])
    return options


def _read(
    expectation: str, kwargs: dict[str, Any], options: dict[str, Any]
) -> tuple[list[MappedRule], list[str]]:
    rules, unused = map_expectation(expectation, kwargs)
    if len(rules) > 1 and "mostly" in options and isinstance(rules[0], ColumnKey):
        # A share of rows within both bounds is not the same as a share within each.
        return [expectation_rule(expectation, kwargs)], []
    return rules, unused


def _learnt_severity(part: MappedRule, options: dict[str, Any]) -> dict[str, Any]:
    """Return the severity that must be given, since learnt bounds are a warning without one."""
    entry = {"": part.value} if isinstance(part, TableKey) else getattr(part, "entry", {})
    for bounds in entry.values():
        if isinstance(bounds, dict) and isinstance(bounds.get("expected"), dict):
            given = bounds["expected"].pop("severity", None)
            if "severity" not in options and (given or not bounds.keys() - BESIDE):
                return {"severity": "critical"}
    return {}


def _has_other_columns(rules: list[MappedRule], columns: Iterable[str]) -> bool:
    """Return whether an exact list of columns differs from the columns of the suite."""
    keys = {part.key: part.value for part in rules if isinstance(part, TableKey)}
    if "columns" not in keys or not keys.keys() & {"extra_columns", "column_order"}:
        return False
    if keys.get("column_order") == "exact":
        return bool(keys["columns"] != list(columns))
    return keys["extra_columns"] == "fail" and set(keys["columns"]) != set(columns)


def _write(
    part: MappedRule,
    item: TrackedMapping,
    table: str,
    draft: Draft,
    known: tuple[str | None, dict[str, Any], str],
) -> None:
    rule, options, expectation = known
    match part:
        case ColumnKey():
            _write_key(part, item.path, table, draft, (rule, options))
        case TableKey("columns"):
            return
        case TableKey(key, value):
            if draft.at(("tables", table, key)) not in (None, value):
                item.add_loss(f"`{key}` of the table is given twice with different values")
                return
            if key == "extra_columns":
                options = {}
            content = {"value": value, **options} if options else value
            draft.put(("tables", table, key), content, item.path)
        case ListedRule(entry):
            own = (rule or "").removeprefix(f"{table}.")
            name = own or "-".join([expectation.removeprefix("expect_"), *_named(entry)])
            taken = {key: value for key, value in options.items() if _is_taken(entry, key)}
            for key in options.keys() - taken.keys():
                draft.add_loss(f"{item.path}.{key}", f"`{expectation}` has no `{key}`")
            draft.add_rule(table, {"id": name, **taken, **entry}, item.path)


def _is_taken(entry: Any, option: str) -> bool:
    if option not in ("mostly", "where") or "expect" not in entry:
        return True
    return accepts_option(entry["expect"], option)


def _named(entry: Any) -> list[str]:
    return [str(entry["column"])] if "column" in entry else []


def _write_key(
    part: ColumnKey, path: str, table: str, draft: Draft, known: tuple[str | None, dict[str, Any]]
) -> None:
    rule, options = known
    column = ("tables", table, "columns", part.column)
    if draft.at(column) is None:
        draft.add_loss(path, f"the table has no column '{part.column}'")
        return
    at = _nested_path(column, part.path)
    key, value = part.key, part.value
    if key in _BOUNDS and isinstance(value, str):
        value = _typed_bound(key_value(draft.at((*at, "type"))), value)
        if value.endswith(_UTC) and value != part.value:
            draft.add_loss(path, f"'{part.value}' has no time zone; used UTC")
    if key == "type":
        _write_type(part, path, at, draft, options)
        return
    if key == "timezone":
        draft.put((*at, key), value, path)
        return
    if key == "enum" and (rule or "").endswith(".const") and len(value) == 1:
        key, value = "const", value[0]
    if key == "required" and (rule or "").endswith(".required_if") and "where" in options:
        key, value = "required_if", options["where"]
        options = {name: option for name, option in options.items() if name != "where"}
    if rule is not None and not part.path and rule != f"{table}.{part.column}.{key}":
        name = rule.removeprefix(f"{table}.")
        draft.add_rule(table, {"id": name, "column": part.column, **options, key: value}, path)
        return
    draft.put_column_key(at, key, {"value": value, **options} if options else value, path)


_BOUNDS = ("min", "max", "above", "below")
_UTC = "+00:00"


def _typed_bound(column_type: Any, bound: str) -> str:
    """Return a bound in the form for a column of dates or timestamps; others unchanged."""
    try:
        instant = datetime.fromisoformat(bound)
    except ValueError:
        return bound
    if column_type == "date" and instant.time() == time.min:
        return instant.date().isoformat()
    if column_type == "timestamp" and instant.tzinfo is None:
        return instant.replace(tzinfo=UTC).isoformat()
    return bound


def _nested_path(column: Path, path: tuple[str | None, ...]) -> Path:
    """Return the path of a field or of items in the draft."""
    for step in path:
        column = (*column, "items") if step is None else (*column, "fields", step)
    return column


def _write_type(
    part: ColumnKey, path: str, at: Path, draft: Draft, options: dict[str, Any]
) -> None:
    """Write the type of a field or of items; a column's own is there already, without options."""
    value = part.value if part.path else draft.at((*at, "type"))
    draft.put((*at, "type"), {"value": value, **options} if options else value, path)
    if part.path:
        around = (*_nested_path(at[:4], part.path[:-1]), "type")
        word = "array" if part.path[-1] is None else "struct"
        outer = draft.at(around)
        value = {**outer, "value": word} if isinstance(outer, dict) else word
        draft.put(around, value, path)
