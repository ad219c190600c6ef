"""One check in Soda's check language as rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.counts import opposite, read_comparison
from spectra_gx.interop.foreign.durations import read_duration
from spectra_gx.interop.foreign.sql import (
    NotConvertibleError,
    convert_condition,
    convert_query,
    reading_check,
    refuse_templates,
    take_condition,
)
from spectra_gx.interop.gx.mapped_rules import TableKey
from spectra_gx.interop.odcs.quality_check import Threshold
from spectra_gx.interop.soda import metrics
from spectra_gx.interop.soda.metrics import Check
from spectra_gx.interop.soda.schema_check import read_schema
from spectra_gx.interop.soda.validity import read_validity
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spectra_gx.interop.foreign.draft import ForeignTable

_METRIC = re.compile(r"(?P<metric>\w+)\s*(?:\((?P<arguments>[^()]*)\))?\s*(?P<test>.*)", re.DOTALL)
_SAME = re.compile(r"row_count same as\s+(?P<other>\S+)(?P<rest>.*)", re.DOTALL)
_IN = re.compile(
    r"values in\s+\(?(?P<own>[^()]+?)\)?\s+must exist in\s+(?P<other>\S+)\s+\(?(?P<ends>[^()]+?)\)?"
)
_FRESHNESS = re.compile(r"freshness\s*\(\s*(?P<column>[^(),]+?)\s*\)\s*(?P<test>.*)")
_ZERO = Threshold("mustBe", 0)
_UNITS = ("count", "percent")
_LEVELS = {"fail": "critical", "warn": "warning"}


@dataclass(frozen=True)
class _Written:
    """A check as it is written."""

    text: str
    said: TrackedMapping
    table: ForeignTable
    options: dict[str, Any]
    defaults: dict[str, Any]
    dialect: str | None

    @property
    def path(self) -> str:
        return self.said.path


def read_check(
    item: Any,
    path: str,
    table: ForeignTable,
    where: str | None,
    defaults: dict[str, Any],
    dialect: str | None,
) -> None:
    """Add the rules of a check to its table; what has no equal is a loss."""
    text, content = item, {}
    if isinstance(item, dict) and item:
        text, inner = next(iter(item.items()))
        beside = {key: value for key, value in item.items() if key != text}
        content = {**beside, **inner} if isinstance(inner, dict) else beside
    if not isinstance(text, str):
        table.draft.add_loss(path, "not a check")
        return
    spelled = {str(key).replace(" ", "_"): value for key, value in content.items()}
    said = TrackedMapping(spelled, f"{path}: {text.strip()}", table.draft.losses)
    with reading_check(said):
        options = _read_options(said, where, dialect)
        _read(_Written(" ".join(text.split()), said, table, options, defaults, dialect))


def _read_options(said: TrackedMapping, where: str | None, dialect: str | None) -> dict[str, Any]:
    given = take_condition(said, "filter", dialect)
    name = said.text("name") or said.text("title")
    conditions = [each for each in (where, given) if each]
    options: dict[str, Any] = {}
    if conditions:
        options["where"] = " and ".join(
            f"({each})" if len(conditions) > 1 else each for each in conditions
        )
    if name and "${" not in name:
        options["description"] = name
    return options


def _read(check: _Written) -> None:
    refuse_templates(check.text)
    same, inside, fresh = (form.fullmatch(check.text) for form in (_SAME, _IN, _FRESHNESS))
    if check.text in ("schema", "failed rows"):
        (read_schema if check.text == "schema" else _read_failed_rows)(*_parts(check))
    elif same:
        _read_same_rows(check, same["other"], same["rest"].strip())
    elif inside:
        columns = [check.table.column(name, check.path) for name in _names(inside["own"])]
        made = Check(check.table, check.path, _ZERO, check.options)
        metrics.add_reference(made, columns, inside["other"], _names(inside["ends"]))
    elif fresh:
        _read_freshness(check, fresh["column"].partition("::")[0], fresh["test"])
    else:
        _read_metric(check)


def _parts(check: _Written) -> tuple[TrackedMapping, ForeignTable, dict[str, Any], str | None]:
    return check.said, check.table, check.options, check.dialect


def _names(text: str) -> list[str]:
    return [name.strip().strip('"`') for name in text.split(",")]


def _read_same_rows(check: _Written, other: str, rest: str) -> None:
    if rest:
        raise NotConvertibleError("tables of two data sources cannot be compared")
    parent = next((own for own in check.table.draft.tables if own.is_called(other)), None)
    if parent is None:
        raise NotConvertibleError(f"its dataset `{other}` is not in these files")
    if "where" in check.options:
        raise NotConvertibleError("`rows` has no condition on rows")
    same = TableKey("rows", {"same_as": parent.name})
    check.table.write(same, None, "row-count", check.path, **check.options)


def _read_freshness(check: _Written, column: str, text: str) -> None:
    own = check.table.column(column, check.path)
    for severity, test in _tests(check.said, text):
        passes = test.removeprefix("when").strip()
        # `fail: when > 1d` is the opposite of `< 1d`.
        signs = ("<", "<=") if not test.startswith("when") else (">", ">=")
        sign = next((s for s in ("<=", ">=", "<", ">") if passes.startswith(s)), "")
        if sign not in signs:
            raise NotConvertibleError("only a greatest age is supported")
        age = read_duration(passes.removeprefix(sign))
        made = Check(check.table, check.path, _ZERO, {**check.options, **_severity(severity)})
        metrics.add_freshness(made, own, age)


def _severity(level: str) -> dict[str, str]:
    return {} if level == "critical" else {"severity": level}


def _tests(said: TrackedMapping, text: str) -> Iterator[tuple[str, str]]:
    """Yield each severity with its threshold: of the check itself, or of `warn` and `fail`."""
    levels = [(level, said.take(key, object)) for key, level in _LEVELS.items()]
    given = [(level, test) for level, test in levels if test is not None]
    if not all(isinstance(test, str) for _, test in given):
        raise NotConvertibleError("its `warn` or `fail` is not a comparison with numbers")
    if text and given:
        raise NotConvertibleError("it has a threshold, and others for `warn` and `fail`")
    if not text and not given:
        raise NotConvertibleError("it has no threshold")
    yield from given or [("critical", text)]


def _read_failed_rows(
    said: TrackedMapping, table: ForeignTable, options: dict[str, Any], dialect: str | None
) -> None:
    condition, query = said.text("fail_condition"), said.text("fail_query")
    if condition:
        where = options.pop("where", None)
        broken = convert_condition(condition, dialect)
        both = f"({where}) and ({broken})" if where else broken
        sql = f"select * from {{table}} where {both}"
    elif query:
        if "where" in options:
            raise NotConvertibleError("a query has its conditions in itself")
        sql = table.draft.names.in_sql(convert_query(query, dialect), table.name, None)
    else:
        raise NotConvertibleError("it has neither a condition nor a query")
    table.add_rule("failed-rows", {"sql": sql}, said.path, **options)


def _read_metric(check: _Written) -> None:
    match = _METRIC.fullmatch(check.text)
    if match is None or check.text.startswith(("anomaly ", "change ", "group ", "reconciliation ")):
        raise NotConvertibleError("this form of check has no equal in the contract language")
    metric, arguments = match["metric"], match["arguments"]
    columns = _names(arguments) if arguments else []
    add = _adder(check, metric, columns)
    for severity, text in list(_tests(check.said, match["test"].strip())):
        fails = text.removeprefix("when")
        test = opposite(read_comparison(fails)) if fails != text else read_comparison(text)
        options = {**check.options, **_severity(severity)}
        add(Check(check.table, check.path, test, options, percent=metric.endswith("_percent")))


def _adder(check: _Written, metric: str, columns: list[str]) -> Callable[[Check], None]:
    """Return what adds the rule of a metric, once for each of its thresholds."""
    kind, _, unit = metric.rpartition("_")
    own = [check.table.column(name, check.path) for name in columns]
    if metric == "row_count" and not columns:
        return metrics.add_row_count
    if kind == "duplicate" and unit in _UNITS and columns:
        return lambda made: metrics.add_duplicates(made, own, nulls=False, groups=True)
    if kind in ("missing", "invalid") and unit in _UNITS and len(columns) == 1:
        said = _with_defaults(check, columns[0], kind)
        validity = read_validity(said, _type(check.table, own[0]))
        add = metrics.add_missing if kind == "missing" else metrics.add_invalid
        return lambda made: add(made, own[0], validity)
    if metric in metrics.AGGREGATES and len(columns) == 1:
        return lambda made: metrics.add_aggregate(made, metric, own[0])
    return _own_metric(check, metric)


def _with_defaults(check: _Written, column: str, kind: str) -> TrackedMapping:
    """Return a check's words with those that its dataset's configuration has for a column."""
    for key, value in check.defaults.items():
        words, _, named = str(key).rpartition(" for ")
        if named.strip() == column and (kind == "invalid" or words.startswith("missing")):
            beside = TrackedMapping({words.replace(" ", "_"): value}, check.path, [])
            check.said.add_default(beside)
    return check.said


def _type(table: ForeignTable, column: str) -> str | None:
    found = table.draft.at((*table.column_path(column), "type"))
    return found if isinstance(found, str) else None


def _own_metric(check: _Written, metric: str) -> Callable[[Check], None]:
    """Return what adds a check of a metric that its author defined by SQL."""
    name = metric.replace("_", "-")
    expression = check.said.text(f"{metric}_expression")
    query = check.said.text(f"{metric}_query")
    if expression:
        inner = convert_condition(expression, check.dialect)
        return lambda made: made.add_own_metric(name, f"select {inner} {made.rows()}")
    if query is None:
        raise NotConvertibleError(f"the metric `{metric}` has no equal in the contract language")
    if "where" in check.options:
        raise NotConvertibleError("a query has its conditions in itself")
    written = convert_query(query, check.dialect)
    scalar = check.table.draft.names.in_sql(written, check.table.name, None)
    return lambda made: made.add_own_metric(name, scalar)
