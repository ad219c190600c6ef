"""Checks of Soda's contracts, of version 3 and 4, as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.counts import number
from spectra_gx.interop.foreign.sql import (
    NotConvertibleError,
    convert_condition,
    convert_query,
    reading_check,
    refuse_templates,
    take_condition,
)
from spectra_gx.interop.odcs.quality_check import Threshold
from spectra_gx.interop.soda import metrics
from spectra_gx.interop.soda.metrics import Check
from spectra_gx.interop.soda.validity import read_validity
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.foreign.draft import ForeignTable

_KINDS = {
    **dict.fromkeys(("missing", "missing_count", "missing_percent"), "missing"),
    **dict.fromkeys(("no_missing", "no_missing_values"), "missing"),
    **dict.fromkeys(("invalid", "invalid_count", "invalid_percent"), "invalid"),
    **dict.fromkeys(("no_invalid", "no_invalid_values"), "invalid"),
    **dict.fromkeys(("duplicate", "duplicate_count", "duplicate_percent"), "duplicate"),
    **dict.fromkeys(("no_duplicates", "no_duplicate_values", "unique"), "duplicate"),
    **dict.fromkeys(("multi_column_duplicates", "multi_column_duplicate_count"), "duplicate"),
    **dict.fromkeys(("row_count", "rows_exist"), "row_count"),
    **dict.fromkeys(("avg", "sum", "min", "max", "min_length", "max_length"), "aggregate"),
    **dict.fromkeys(("avg_length", "stddev", "distinct_count", "aggregate"), "aggregate"),
    **dict.fromkeys(("failed_rows", "failed_rows_query", "failed_rows_expression"), "failed_rows"),
    **dict.fromkeys(("metric", "metric_query", "metric_expression"), "metric"),
    **dict.fromkeys(("freshness", "freshness_in_days", "freshness_in_hours"), "freshness"),
    "freshness_in_minutes": "freshness",
    "schema": "schema",
}
_COMPARED = {
    "must_be": "mustBe",
    "must_not_be": "mustNotBe",
    "must_be_greater_than": "mustBeGreaterThan",
    "must_be_greater_than_or_equal": "mustBeGreaterOrEqualTo",
    "must_be_greater_than_or_equal_to": "mustBeGreaterOrEqualTo",
    "must_be_less_than": "mustBeLessThan",
    "must_be_less_than_or_equal": "mustBeLessOrEqualTo",
    "must_be_less_than_or_equal_to": "mustBeLessOrEqualTo",
}
_SIDES = {
    "greater_than": "mustBeGreaterThan",
    "greater_than_or_equal": "mustBeGreaterOrEqualTo",
    "less_than": "mustBeLessThan",
    "less_than_or_equal": "mustBeLessOrEqualTo",
}
_FUNCTIONS = {"minLength": "min_length", "maxLength": "max_length", "avgLength": "avg_length"}
_ZERO, _SOME = Threshold("mustBe", 0), Threshold("mustBeGreaterThan", 0)
_PAIR = 2


def read_contract_check(
    item: TrackedMapping, table: ForeignTable, column: str | None, options: dict[str, Any]
) -> None:
    """Add the rules of a check; what has no equal is a loss.

    Args:
        item: The check: `{missing: {…}}` as version 4 has it, or `{type: missing_count, …}`.
        table: The table it is about.
        column: The column, by its name in the contract.
        options: Options of its rules that are known already.
    """
    kind = item.text("type")
    said = item
    if kind is None:
        kind = next(iter(item), "")
        content = item.take(kind, object)
        item.end()
        said = TrackedMapping(content, item.at(kind), table.draft.losses)
    with reading_check(said, kind):
        _read(kind, said, table, column, options)


def _read(
    kind: str,
    said: TrackedMapping,
    table: ForeignTable,
    column: str | None,
    given: dict[str, Any],
) -> None:
    family = _KINDS.get(kind)
    if family is None:
        raise NotConvertibleError("this check has no equal in the contract language")
    options = _both(given, _options(said))
    said.take("qualifier", object)
    if family == "schema":
        _read_schema(said, table)
        return
    threshold = said.mapping("threshold") if "threshold" in said else said
    percent = threshold.text("metric") == "percent" or kind.endswith("_percent")
    unit = threshold.text("unit") or kind.removeprefix("freshness_in_").rstrip("s")
    level = threshold.text("level") or ""
    tests = _tests(threshold) or [_SOME if family == "row_count" else _ZERO]
    if threshold is not said:
        _refuse_additional(threshold)
        threshold.end()
    if level in ("warn", "warning"):
        options["severity"] = "warning"
    if len(tests) > 1 and family not in ("row_count", "aggregate", "metric"):
        raise NotConvertibleError("a range of counts has no equal in this rule")
    made = [Check(table, said.path, test, options, percent=percent) for test in tests]
    _write(family, kind, made, said, table, (column, unit))


def _both(given: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a check within those of its contract, whose filter it also has."""
    if "where" in given and "where" in own:
        return {**given, **own, "where": f"({given['where']}) and ({own['where']})"}
    return {**given, **own}


def _refuse_additional(threshold: TrackedMapping) -> None:
    if threshold.take("additional", object):
        threshold.add_loss("a second threshold is not imported")


def _options(said: TrackedMapping) -> dict[str, Any]:
    where = take_condition(said, "filter", None) or take_condition(said, "filter_sql", None)
    name = said.text("name")
    options: dict[str, Any] = {}
    if where:
        options["where"] = where
    if name and "${" not in name:
        options["description"] = name
    return options


def _tests(said: TrackedMapping) -> list[Threshold]:
    """Return the thresholds that all have to be kept; none if none is given."""
    tests = []
    for word, operator in _COMPARED.items():
        value = said.take(word, int, float, str)
        if value is not None:
            tests.append(Threshold(operator, _number(value)))
    between = said.take("must_be_between", dict, list)
    if isinstance(between, list) and len(between) == _PAIR:
        tests.append(Threshold("mustBeBetween", [_number(bound) for bound in between]))
    elif isinstance(between, dict):
        inclusive = [between.get(f"{side}_than_or_equal") for side in ("greater", "less")]
        if None not in inclusive:
            tests.append(Threshold("mustBeBetween", [_number(bound) for bound in inclusive]))
        else:
            sides = ((_SIDES.get(str(word)), bound) for word, bound in between.items())
            tests += [Threshold(operator, _number(bound)) for operator, bound in sides if operator]
    for word in ("must_be_not_between", "must_not_be_between"):
        if said.take(word, object) is not None:
            raise NotConvertibleError(f"`{word}` has no equal in the contract language")
    return tests


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        refuse_templates(value)
        try:
            return number(value)
        except ValueError:
            raise NotConvertibleError(f"its threshold `{value}` is not a number") from None
    if type(value) not in (int, float):
        raise NotConvertibleError("its threshold is not a number")
    return value  # type: ignore[no-any-return]  # checked above


def _write(
    family: str,
    kind: str,
    made: list[Check],
    said: TrackedMapping,
    table: ForeignTable,
    known: tuple[str | None, str],
) -> None:
    column = known[0]
    match family:
        case "row_count":
            for check in made:
                metrics.add_row_count(check)
        case "duplicate":
            named = said.take("columns", list)
            own = [table.column(str(name), said.path) for name in named or ()] or _one(column)
            # Soda counts keys with a null only if they are of several columns.
            metrics.add_duplicates(made[0], own, nulls=len(own) > 1, groups=False)
        case "failed_rows":
            _add_failed_rows(made[0], said, table)
        case "metric":
            _add_metric(made, said, table)
        case "freshness":
            _add_freshness(made[0], said, table, known)
        case "aggregate":
            function = said.text("function") or kind
            word = _FUNCTIONS.get(function, function.removesuffix("_count"))
            for check in made:
                metrics.add_aggregate(check, word, _one(column)[0])
        case _:
            own_type = table.draft.at((*table.column_path(_one(column)[0]), "type"))
            validity = read_validity(said, own_type if isinstance(own_type, str) else None)
            add = metrics.add_missing if family == "missing" else metrics.add_invalid
            add(made[0], _one(column)[0], validity)


def _one(column: str | None) -> list[str]:
    if column is None:
        raise NotConvertibleError("it names no column")
    return [column]


def _add_failed_rows(check: Check, said: TrackedMapping, table: ForeignTable) -> None:
    expression = said.text("expression") or said.text("failed_rows_expression")
    query = said.text("query") or said.text("failed_rows_sql") or said.text("failed_rows_query")
    for key in ("rows_tested_query", "keys_query", "key_column_mapping"):
        said.take(key, object)
    if not check.test.is_zero:
        raise NotConvertibleError("a number of accepted rows has no equal in this rule")
    if expression:
        sql = f"select * {check.rows(convert_condition(expression, None))}"
    elif query:
        sql = table.draft.names.in_sql(convert_query(query, None), table.name, None)
    else:
        raise NotConvertibleError("it has neither an expression nor a query")
    options = {key: value for key, value in check.options.items() if key != "where"}
    table.add_rule("failed-rows", {"sql": sql}, said.path, **options)


def _add_metric(made: list[Check], said: TrackedMapping, table: ForeignTable) -> None:
    expression = said.text("expression") or said.text("metric_expression")
    query = said.text("query") or said.text("metric_query")
    said.take("metric_name", str)
    for check in made:
        if expression:
            inner = convert_condition(expression, None)
            check.add_own_metric("metric", f"select {inner} {check.rows()}")
        elif query:
            written = convert_query(query, None)
            check.add_own_metric("metric", table.draft.names.in_sql(written, table.name, None))
        else:
            raise NotConvertibleError("it has neither an expression nor a query")


def _add_freshness(
    check: Check, said: TrackedMapping, table: ForeignTable, known: tuple[str | None, str]
) -> None:
    column, unit = known
    named = said.text("column")
    letter = {"day": "d", "hour": "h", "minute": "m"}.get(unit, "h")
    if check.test.operator not in ("mustBeLessThan", "mustBeLessOrEqualTo"):
        raise NotConvertibleError("only a greatest age is supported")
    if type(check.test.value) is not int:
        raise NotConvertibleError("its age is not a whole number")
    own = table.column(named, said.path) if named else _one(column)[0]
    metrics.add_freshness(check, own, f"{check.test.value}{letter}")


def _read_schema(said: TrackedMapping, table: ForeignTable) -> None:
    extra = said.take("allow_extra_columns", bool) or said.take("extra_columns_allowed", bool)
    order = said.take("allow_other_column_order", bool)
    said.take("threshold", object)
    table.put("extra_columns", "allow" if extra else "fail", said.path)
    if not order:
        table.put("column_order", "exact", said.path)
