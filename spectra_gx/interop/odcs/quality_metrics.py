"""Library checks of ODCS, a metric and a threshold, as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.sql.quoting import quote_literal, quote_name
from spectra_gx.interop.odcs.quality_check import (
    QualityCheck,
    Threshold,
    query_rule,
    read_threshold,
)

if TYPE_CHECKING:
    from spectra_gx.interop.tracked_mapping import TrackedMapping


def read_metric(check: QualityCheck) -> None:
    """Add the rule of a library check; a check that no rule can express is a loss."""
    metric = check.content.text("metric") or check.content.text("rule") or ""
    arguments = check.content.mapping("arguments")
    percent = (check.content.text("unit") or "rows").startswith(("percent", "%"))
    test = read_threshold(check.content)
    if test is None:
        check.content.add_loss("exactly one threshold is supported")
    elif not _add_rule(check, metric, arguments, test, percent=percent):
        check.content.add_loss(f"the metric {quote(metric)} is not supported here")
    arguments.end()


def _add_rule(
    check: QualityCheck, metric: str, arguments: TrackedMapping, test: Threshold, *, percent: bool
) -> bool:
    """Return whether a rule could express it."""
    if metric == "rowCount":
        return _add_row_count(check, test)
    if check.is_table_level:
        return metric == "duplicateValues" and _add_unique(check, arguments, test)
    key, value = _key_of(metric, arguments)
    mostly = _mostly(test, percent=percent)
    if key is None:
        return False
    if mostly is not None and metric != "missingValues":
        check.put_key(key, value, **({} if mostly == 1 else {"mostly": mostly}))
        return True
    if check.column is None:
        return False
    condition = _failing_rows(metric, key, value, check.column)
    if condition is None:
        return False
    scalar = _counting(condition, percent=percent)
    if key == "unique" and percent:
        scalar = _share_of_duplicates(check.column)
    check.add_rule(f"{check.column}-{metric}", {"sql": query_rule(scalar, test)})
    return True


def _key_of(metric: str, arguments: TrackedMapping) -> tuple[str | None, Any]:
    """Return the key and value that keep a metric at 0."""
    match metric:
        case "nullValues":
            return "required", True
        case "missingValues":
            return "not_in", _known(arguments.take("missingValues", list))
        case "invalidValues":
            values = arguments.take("validValues", list)
            pattern = arguments.text("pattern") if values is None else None
            return ("enum", _known(values)) if pattern is None else ("pattern", pattern)
        case "duplicateValues":
            return "unique", True
    return None, None


def _known(values: list[Any] | None) -> list[Any]:
    """Return the values that are not null; rules ignore nulls."""
    return [value for value in values or () if value is not None]


def _mostly(test: Threshold, *, percent: bool) -> float | None:
    """Return the share of rows that must pass; None if the threshold is not such a share."""
    if test.is_zero:
        return 1.0
    return test.passing_share if percent else None


def _failing_rows(metric: str, key: str, value: Any, column: str) -> str | None:
    """Return the condition of the rows that a metric counts."""
    name = quote_name(column)
    listed = ", ".join(map(quote_literal, value)) if isinstance(value, list) else ""
    match key:
        case "required":
            return f"{name} is null"
        case "not_in" if metric == "missingValues":
            return f"{name} is null" + (f" or {name} in ({listed})" if listed else "")
        case "enum" if listed:
            return f"{name} not in ({listed})"
        case "unique":
            return f"{name} in (select {name} from {{table}} group by {name} having count(*) > 1)"
    return None


def _counting(condition: str, *, percent: bool) -> str:
    if not percent:
        return f"select count(*) from {{table}} where {condition}"
    share = f"100.0 * sum(case when {condition} then 1 else 0 end) / nullif(count(*), 0)"
    return f"select coalesce({share}, 0) from {{table}}"


def _share_of_duplicates(column: str) -> str:
    """Return the query for the percentage of rows with a value that occurs more than once."""
    # By groups: the engine supports no subquery inside an aggregate.
    name = quote_name(column)
    groups = f"select {name} as v, count(*) as n from {{table}} group by {name}"
    twice = "sum(case when n > 1 and v is not null then n else 0 end)"
    return f"select coalesce(100.0 * {twice} / nullif(sum(n), 0), 0) from ({groups}) as g"


def _add_unique(check: QualityCheck, arguments: TrackedMapping, test: Threshold) -> bool:
    names = arguments.take("properties", list)
    if not names or not test.is_zero:
        return False
    columns = [check.draft.names.column(check.table, str(name)) for name in names]
    check.add_rule("-".join(["unique", *columns]), {"unique": columns})
    return True


def _add_row_count(check: QualityCheck, test: Threshold) -> bool:
    bound = _row_bound(test)
    current = check.draft.at((*check.path, "rows")) if check.is_table_level else None
    if bound is None or not check.is_table_level or check.name is not None:
        rule = {"sql": query_rule("select count(*) from {table}", test)}
        check.add_rule("row-count", rule)
    elif current is None:
        check.put_key("rows", bound)
    elif "value" not in current and not check.options and not current.keys() & bound.keys():
        check.put_key("rows", {**current, **bound})
    else:
        return False
    return True


def _row_bound(test: Threshold) -> dict[str, int] | None:
    if type(test.value) is not int:
        return None
    bounds = {
        "mustBe": {"equals": test.value},
        "mustBeGreaterOrEqualTo": {"min": test.value},
        "mustBeGreaterThan": {"min": test.value + 1},
        "mustBeLessOrEqualTo": {"max": test.value},
        "mustBeLessThan": {"max": test.value - 1},
    }
    return bounds.get(test.operator)
