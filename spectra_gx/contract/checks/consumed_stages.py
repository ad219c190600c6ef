"""Check that producers declare what a consumer's contract needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.yaml.node_lookup import key_at
from spectra_gx.contract.yaml.nodes import Node, node_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Column, Need, StageContract
    from spectra_gx.contract.problems import Report


def check_consumed_stages(
    contract: StageContract, others: Mapping[str, StageContract], root: Node, report: Report
) -> None:
    """Report every need that the producer's contract does not grant.

    `root` is what the consumer was read from, for places.
    """
    for need in contract.consumes:
        producer = others.get(need.stage)
        if producer is None:
            hint = did_you_mean(need.stage, others) or "; add its contract to `contracts/`"
            at = key_at(root, "consumes", need.stage)
            report.add(at, f"no contract in `contracts/` is for stage {quote(need.stage)}{hint}")
        elif producer is not contract:
            _check_need(need, producer, root, report)


def _check_need(need: Need, producer: StageContract, root: Node, report: Report) -> None:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415  # few consume

    path = ("consumes", need.stage)
    if not SpecifierSet(need.version).contains(producer.version):
        message = f"stage '{need.stage}' is at version {producer.version}, outside {need.version}"
        report.add(node_at(root, *path, "version"), f"{message}; widen the range or wait for it")
    for name, columns in need.tables.items():
        table = producer.table(name)
        at = (*path, "tables", name)
        if table is None:
            hint = did_you_mean(name, [table.name for table in producer.tables])
            message = f"stage '{need.stage}' does not promise table '{name}'"
            report.add(key_at(root, *at), message + (hint or "; ask its owner"))
            continue
        declared = {column.name: column for column in table.columns}
        for column_name, wanted in columns.items():
            column = declared.get(column_name)
            here = key_at(root, *at, "columns", column_name)
            if column is None:
                hint = did_you_mean(column_name, declared)
                message = (
                    f"table '{name}' of stage '{need.stage}' has no column {quote(column_name)}"
                )
                report.add(here, message + (hint or "; ask its owner"))
            else:
                _check_column(column, wanted, need.stage, here, report)


def _check_column(
    column: Column, wanted: Mapping[str, Any], stage: str, at: Node, report: Report
) -> None:
    wanted_type = wanted.get("type")
    # A type that could not be read has a problem of its own where it is declared.
    if column.type and wanted_type not in (None, column.type):
        message = f"stage '{stage}' promises column {quote(column.name)} as {column.type}"
        report.add(at, f"{message}, not {wanted_type}; change the type")
    if wanted.get("required") and not column.required:
        message = f"stage '{stage}' does not promise that column {quote(column.name)} is never null"
        report.add(at, f"{message}; drop `required` or ask its owner")
