"""Read environments: the bounds, severities and locations that differ away from production."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.earlier_runs import is_severity_implied, with_learnt_severity
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.language.rule_options import SEVERITY, fitting_severity
from spectra_gx.contract.model import Column, Environment, Rule, StageContract, Table
from spectra_gx.contract.parsers.locations import LOCATION
from spectra_gx.contract.parsers.parser import NAME, ParseContext, Parser, describe
from spectra_gx.contract.parsers.records import read_entries
from spectra_gx.contract.rule_selection import column_of
from spectra_gx.contract.rules.catalogue import CATALOGUE, kind_of
from spectra_gx.contract.rules.kinds import Position
from spectra_gx.contract.table_storage import format_at
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode
from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.problems import Report

ENVIRONMENTS = Parser(
    "a mapping from environments to what differs there",
    {
        "type": "object",
        "propertyNames": NAME.schema,
        "additionalProperties": {
            "type": "object",
            "additionalProperties": {
                "description": "By rule id its bound, or `{value, severity}`; by "
                "`<table>.location` where the table is stored."
            },
        },
    },
    lambda node, _: node,
)
"""Read once the rules that it names are known."""

_BOUNDED = {kind.key: kind for kind in CATALOGUE if kind.bounded}
_LOCATION = ".location"


def read_environments(node: Node, contract: StageContract, report: Report) -> Iterator[Environment]:
    """Yield the environments of a contract; whatever is wrong is reported and left out."""
    context = ParseContext(report, "`environments`")
    if not isinstance(node, MapNode):
        context.refuse(node, f"must be {ENVIRONMENTS.words}, found {describe(node)}")
        return
    rules = {rule.id: rule for rule in contract.rules()}
    for key, value in node.entries.values():
        here = context.inside(f"environment {quote(key.text)}")
        if NAME.read(key, here.inside("the name of an environment")) is None:
            continue
        if not isinstance(value, MapNode):
            here.refuse(value, f"must be a mapping from rule ids, found {describe(value)}")
            continue
        yield _read_environment(key.text, value, contract, rules, here)


def apply_overrides(contract: StageContract, name: str | None) -> StageContract:
    """Return the contract as it is in an environment; many contracts are the same in all."""
    if name is None or all(one.name != name for one in contract.environments):
        return contract
    return apply_environment(contract, name)


def apply_environment(contract: StageContract, name: str) -> StageContract:
    """Return the contract with the overrides of one of its environments.

    Raises:
        UsageError: It has no such environment.
    """
    names = [environment.name for environment in contract.environments]
    if name not in names:
        hint = did_you_mean(name, names) or "; it has " + (", ".join(names) or "none")
        raise UsageError(f"contract '{contract.name}' has no environment {quote(name)}{hint}")
    environment = contract.environments[names.index(name)]
    tables = tuple(_table_in(environment, table) for table in contract.tables)
    return replace(contract, tables=tables)


def _table_in(environment: Environment, table: Table) -> Table:
    location = environment.locations.get(table.name, table.location)
    return replace(
        table,
        location=location,
        format=format_at(location, table.format),
        table_rules=tuple(_rule_in(environment, rule) for rule in table.table_rules),
        columns=tuple(_column_in(environment, column) for column in table.columns),
    )


def _column_in(environment: Environment, column: Column) -> Column:
    return replace(
        column,
        rules=tuple(_rule_in(environment, rule) for rule in column.rules),
        fields=tuple(_column_in(environment, field) for field in column.fields),
        items=None if column.items is None else _column_in(environment, column.items),
    )


def _rule_in(environment: Environment, rule: Rule) -> Rule:
    parsed = environment.rules.get(rule.id)
    return rule if parsed is None else replace(rule, **parsed)


def _read_environment(
    name: str,
    node: MapNode,
    contract: StageContract,
    rules: Mapping[str, Rule],
    context: ParseContext,
) -> Environment:
    changed: dict[str, Mapping[str, Any]] = {}
    locations: dict[str, str] = {}
    for path, (key, value) in node.entries.items():
        table = contract.table(path.removesuffix(_LOCATION))
        if path.endswith(_LOCATION) and table is not None:
            location = LOCATION.read(value, context.key(path))
            if location is not None:
                locations[table.name] = location
        elif path in rules:
            parsed = _read_change(rules[path], key, value, contract, context)
            if parsed:
                changed[path] = parsed
        else:
            hint = did_you_mean(path, rules) or "; name a rule, or `<table>.location`"
            context.report.add(key, f"no rule has the id {quote(path)}{hint}")
    return Environment(name, changed, locations)


def _read_change(
    rule: Rule, key: ScalarNode, node: Node, contract: StageContract, context: ParseContext
) -> dict[str, Any] | None:
    """Return the fields of the rule that differ."""
    parsed: dict[str, Any] = {}
    value: Node | None = node
    if isinstance(node, MapNode) and {"value", "severity"} & node.entries.keys():
        entries = read_entries(node, context.key(rule.id), {"value": None, "severity": None})
        options = entries or {}
        value = options["value"][1] if "value" in options else None
        if "severity" in options:
            at, written = options["severity"]
            read = SEVERITY.read(written, context.key("severity"))
            parsed |= fitting_severity(read, rule, kind_of(rule), at, context.key(rule.id))
    if value is None:
        return parsed
    if rule.kind not in _BOUNDED:
        bounded = ", ".join(_BOUNDED)
        context.refuse(
            key,
            f"changes {quote(rule.id)}, which is not a bound; only the severity of a rule and the "
            f"bounds of {bounded} may differ",
        )
        return None
    argument = _read_bound(rule, value, contract, context)
    if argument is None:
        return None
    changed = replace(rule, **{**parsed, "argument": argument})
    given = parsed.get("severity") or (None if is_severity_implied(rule) else rule.severity)
    return {**parsed, "argument": with_learnt_severity(changed, given).argument}


def _read_bound(rule: Rule, node: Node, contract: StageContract, context: ParseContext) -> Any:
    kind = _BOUNDED[rule.kind]
    table = contract.table(rule.table)
    columns = {column.name: column.type for column in table.columns} if table else {}
    nested = None if table is None else column_of(rule, table)
    here = ParseContext(
        context.report, f"`{rule.id}` of {context.what}", nested.type if nested else None, columns
    )
    read = kind.parser.read(node, here)
    if read is None or kind.split is None or Position.TABLE in kind.positions:
        argument = read
    else:
        named, argument = kind.split(read)
        if named != rule.columns:
            here.refuse(node, "names another column than the rule; only its bound may differ")
            return None
    if isinstance(argument, ClockValue):
        return replace(argument, timezone=nested.timezone if nested else None)
    if argument is None or not isinstance(rule.argument, dict):
        return argument
    if isinstance(argument, str):
        return {**rule.argument, "max_age": argument}
    if "timezone" in rule.argument:
        return {**argument, "timezone": rule.argument["timezone"]}
    fixed = {key: rule.argument[key] for key in ("q", "query") if key in rule.argument}
    if any(argument.get(key) != value for key, value in fixed.items()):
        here.refuse(node, "names another quantile or query; only the bounds of a rule may differ")
        return None
    return argument
