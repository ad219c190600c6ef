"""The checks of ODCS, under `quality`, as rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.problems import Report
from spectra_gx.contract.rules.catalogue import COLUMN_KINDS, TABLE_KINDS
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.interop.gx.expectation_import import add_expectation
from spectra_gx.interop.odcs.custom_properties import OwnProperty, read_own_properties
from spectra_gx.interop.odcs.quality_check import (
    QualityCheck,
    query_rule,
    read_options,
    read_threshold,
)
from spectra_gx.interop.odcs.quality_metrics import read_metric
from spectra_gx.interop.odcs.vocabulary import ENGINE, RULE
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.odcs.name_map import OdcsDraft

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read_checks(item: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    """Import the checks of a table, or of a column, field or items at the path `at`."""
    for check in item.mappings("quality"):
        read_check(check, at, draft)


def read_check(check: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    """Import one check."""
    properties = read_own_properties(check)
    for item_property in properties:
        _put_own_property(item_property, at, draft)
    if properties:
        check.discard_rest()
    else:
        _read(check, at, draft)
        check.end()


def _put_own_property(own: OwnProperty, at: Path, draft: OdcsDraft) -> None:
    if own.key in COLUMN_KINDS or own.key in TABLE_KINDS:
        draft.put((*at, own.key), own.value, own.path)
    elif own.key == RULE and isinstance(own.value, dict) and "id" in own.value:
        draft.add_rule(str(at[1]), own.value, own.path)
    else:
        draft.add_loss(own.path, "not a rule of the contract language")


def _read(content: TrackedMapping, at: Path, draft: OdcsDraft) -> None:
    kind = content.take("type", str) or ("sql" if "query" in content else "library")
    identity, name = content.text("id"), content.text("name")
    check = QualityCheck(content, at, draft, identity or name, read_options(content, draft))
    match kind:
        case "text":
            text = quote(check.options.get("description", ""))
            content.add_loss(f"{text} is text only, and a rule must be executable")
        case "library":
            read_metric(check)
        case "sql":
            _read_query(check)
        case "custom":
            _read_custom(check)
        case _:
            content.add_loss(f"{quote(kind)} is not a type of check")


def _read_query(check: QualityCheck) -> None:
    query, test = check.content.text("query"), read_threshold(check.content)
    if query is None or test is None:
        check.content.add_loss("a query and exactly one threshold are needed")
        return
    scalar = check.draft.names.in_sql(query, check.table, check.column)
    check.add_rule(f"{check.column or 'table'}-query", {"sql": query_rule(scalar, test)})


def _read_custom(check: QualityCheck) -> None:
    engine = check.content.text("engine") or ""
    implementation = check.content.take("implementation", str, dict)
    if engine.lower().replace("-", "").replace("_", "") != ENGINE.lower():
        check.content.add_loss(f"the engine {quote(engine)} is not supported")
        return
    if isinstance(implementation, str):
        root = parse_yaml(implementation.encode(), Report(""))
        implementation = None if root is None else plain_value(root)
    if not isinstance(implementation, dict):
        check.content.add_loss("its implementation has no `type` and `kwargs`")
        return
    kwargs = _snake_case(implementation.get("kwargs"))
    if check.column is not None and not kwargs.keys() & {"column", "column_A", "column_list"}:
        kwargs["column"] = check.column
    expectation = TrackedMapping(
        {**implementation, "kwargs": kwargs}, check.content.path, check.draft.losses
    )
    add_expectation(expectation, check.table, check.draft, check.options)
    expectation.end()


def _snake_case(kwargs: Any) -> dict[str, Any]:
    """Return arguments under GX's names; the standard's own example has them in camel case."""
    given = kwargs if isinstance(kwargs, dict) else {}
    return {
        _CAMEL.sub("_", key).lower() if key[0].islower() and "_" not in key else key: value
        for key, value in given.items()
    }
