"""A contract as a property file of dbt: models with their columns and data tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import ExtraColumns, Severity
from spectra_gx.interop.dbt.model_import import CONTRACT_TABLE
from spectra_gx.interop.dbt.rule_tests import rule_tests
from spectra_gx.interop.foreign.rule_export import NoEqualError, lose, refuse, spark_type
from spectra_gx.interop.losses import Conversion, Loss
from spectra_gx.interop.yaml_output import to_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Column, Rule, StageContract, Table

_OF_CONTRACT = ("columns", "type")
"""Kinds of rules that dbt checks for a model whose contract is enforced."""


def export_dbt(contract: StageContract) -> Conversion:
    """Return the models of a contract's tables with data tests; other rules are losses."""
    losses: list[Loss] = []
    models = [_model(table, losses) for table in contract.tables]
    return Conversion(to_yaml({"version": 2, "models": models}), tuple(losses))


def _model(table: Table, losses: list[Loss]) -> dict[str, Any]:
    enforced = table.extra_columns is ExtraColumns.FAIL
    config: dict[str, Any] = {"meta": {CONTRACT_TABLE: table.name}}
    if enforced:
        config["contract"] = {"enforced": True}
    tests = [test for rule in table.table_rules for test in _tests(rule, table, losses)]
    columns = [_column(column, table, losses) for column in table.columns]
    if not enforced:
        losses += [_not_enforced(rule) for rule in table.rules if rule.kind in _OF_CONTRACT]
    else:
        losses += [
            lose(rule, "its options have no equal there")
            for rule in table.rules
            if rule.kind == "type" and (rule.severity is not Severity.CRITICAL or rule.path)
        ]
    return _without_blanks(
        {
            "name": table.name.rpartition(".")[2],
            "description": table.description,
            "config": config,
            "data_tests": tests,
            "columns": columns,
        }
    )


def _not_enforced(rule: Rule) -> Loss:
    return lose(rule, "dbt checks columns and types only where no others are allowed")


def _column(column: Column, table: Table, losses: list[Loss]) -> dict[str, Any]:
    rules = [rule for rule in column.rules if rule.kind != "type"]
    return _without_blanks(
        {
            "name": column.name,
            "data_type": spark_type(column.type),
            "description": column.description,
            "data_tests": [test for rule in rules for test in _tests(rule, table, losses)],
        }
    )


def _tests(rule: Rule, table: Table, losses: list[Loss]) -> Iterator[Any]:
    """Yield the tests of a rule; without any, it is a loss."""
    if rule.kind in _OF_CONTRACT:
        return
    try:
        refuse(rule)
        found = rule_tests(rule, table)
    except NoEqualError as error:
        losses.append(lose(rule, str(error)))
        return
    for name, arguments in found:
        yield _test(rule, name, arguments)


def _test(rule: Rule, name: str, arguments: dict[str, Any]) -> dict[str, Any] | str:
    config: dict[str, Any] = {}
    if rule.severity is Severity.WARNING:
        config["severity"] = "warn"
    where = rule.argument if rule.kind == "required_if" else rule.where
    if where:
        config["where"] = where
    beside = {"column_name": arguments.pop("column_name", None)}
    said = _without_blanks(
        {**beside, "description": rule.description, "arguments": arguments, "config": config}
    )
    return {name: said} if said else name


def _without_blanks(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value not in (None, [], {}, "")}
