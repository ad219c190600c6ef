"""A contract as contracts of Soda 4: one document for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import ExtraColumns, Severity
from spectra_gx.interop.foreign.rule_export import NoEqualError, lose, refuse, spark_type
from spectra_gx.interop.losses import Conversion, Loss
from spectra_gx.interop.soda.rule_checks import rule_check
from spectra_gx.interop.yaml_output import to_yaml

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule, StageContract, Table

DATA_SOURCE = "data_source"
"""First part of a dataset's name, which a contract does not know."""


def export_soda(contract: StageContract) -> Conversion:
    """Return a Soda contract for each table, as documents of one text; other rules are losses."""
    losses = [Loss("dataset", f"replace '{DATA_SOURCE}' by the name of the data source")]
    texts = {f"{table.name}.yml": to_yaml(_document(table, losses)) for table in contract.tables}
    return Conversion("---\n".join(texts.values()), tuple(losses), texts)


def dataset(table: str) -> str:
    """Return a table's name as Soda writes it."""
    return "/".join([DATA_SOURCE, *table.split(".")])


def _document(table: Table, losses: list[Loss]) -> dict[str, Any]:
    checks: list[dict[str, Any]] = []
    by_column: dict[str, list[dict[str, Any]]] = {column.name: [] for column in table.columns}
    for rule in table.rules:
        if rule.kind in ("columns", "type"):
            losses += [lose(rule, why) for why in _unlike_schema(rule)]
            continue
        try:
            refuse(rule)
            found = rule_check(rule, table, dataset)
        except NoEqualError as error:
            losses.append(lose(rule, str(error)))
            continue
        for column, kind, content in found:
            place = checks if column is None else by_column[column]
            place.append({kind: _numbered(kind, content, place)})
    extra = table.extra_columns is not ExtraColumns.FAIL
    order = any(rule.kind == "column_order" and rule.argument == "exact" for rule in table.rules)
    schema = {"allow_extra_columns": extra, "allow_other_column_order": not order}
    return {
        "dataset": dataset(table.name),
        "columns": [_column(column, by_column[column.name]) for column in table.columns],
        "checks": [{"schema": schema}, *checks],
    }


def _unlike_schema(rule: Rule) -> list[str]:
    """Return why the schema check is not the same as a rule about columns or types."""
    if rule.path:
        return ["values inside a column cannot be checked there"]
    if rule.severity is not Severity.CRITICAL:
        return ["its severity has no equal there"]
    return ["that other columns are a warning has no equal there"] * (rule.argument == "warn")


def _numbered(kind: str, content: dict[str, Any], beside: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a check with a qualifier if others of its kind precede it."""
    same = sum(kind in other for other in beside)
    return {"qualifier": str(same + 1), **content} if same else content


def _column(column: Column, checks: list[dict[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {"name": column.name, "data_type": spark_type(column.type)}
    return {**content, "checks": checks} if checks else content
