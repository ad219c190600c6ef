"""The checks of ODCS, `quality`, as rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.problems import Report
from spectra_gx.contract.quoting import quote
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
    from spectra_gx.interop.contract_draft import Draft, Path
    from spectra_gx.interop.odcs.name_map import NameMap

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read_checks(item: TrackedMapping, at: Path, draft: Draft, found: NameMap) -> None:
    """Read the checks of a table, or of a column, field or items; `at` is its place."""
    for said in item.mappings("quality"):
        own = read_own_properties(said)
        for word in own:
            _say_own(word, at, draft)
        if own:
            said.discard_rest()
        else:
            _read(said, at, draft, found)
            said.end()


def _say_own(word: OwnProperty, at: Path, draft: Draft) -> None:
    if word.key in COLUMN_KINDS or word.key in TABLE_KINDS:
        draft.put((*at, word.key), word.value, word.path)
    elif word.key == RULE and isinstance(word.value, dict) and "id" in word.value:
        draft.add_rule(str(at[1]), word.value, word.path)
    else:
        draft.add_loss(word.path, "it holds no rule")


def _read(said: TrackedMapping, at: Path, draft: Draft, found: NameMap) -> None:
    kind = said.take("type", str) or ("sql" if "query" in said else "library")
    identity, name = said.text("id"), said.text("name")
    check = QualityCheck(said, at, draft, found, identity or name, read_options(said, draft))
    match kind:
        case "text":
            words = quote(check.options.get("description", ""))
            said.add_loss(f"{words} is in words only, and a rule must be executable")
        case "library":
            read_metric(check)
        case "sql":
            _read_query(check)
        case "custom":
            _read_custom(check)
        case _:
            said.add_loss(f"{quote(kind)} is no kind of check")


def _read_query(check: QualityCheck) -> None:
    query, test = check.said.text("query"), read_threshold(check.said)
    if query is None or test is None:
        check.said.add_loss("it has no query, or not one test of what the query returns")
        return
    scalar = check.found.in_sql(query, check.table, check.column)
    check.add_rule(f"{check.column or 'table'}-query", {"sql": query_rule(scalar, test)})


def _read_custom(check: QualityCheck) -> None:
    engine = check.said.text("engine") or ""
    implementation = check.said.take("implementation", str, dict)
    if engine.lower().replace("-", "").replace("_", "") != ENGINE.lower():
        check.said.add_loss(f"it is written for {quote(engine)}, which is not read here")
        return
    if isinstance(implementation, str):
        root = parse_yaml(implementation.encode(), Report(""))
        implementation = None if root is None else plain_value(root)
    if not isinstance(implementation, dict):
        check.said.add_loss("its implementation holds no `type` and `kwargs`")
        return
    kwargs = _snake_case(implementation.get("kwargs"))
    if check.column is not None and not kwargs.keys() & {"column", "column_A", "column_list"}:
        kwargs["column"] = check.column
    said = TrackedMapping({**implementation, "kwargs": kwargs}, check.said.path, check.draft.losses)
    add_expectation(said, check.table, check.draft, check.options)
    said.end()


def _snake_case(kwargs: Any) -> dict[str, Any]:
    """Return arguments as GX calls them; the standard's own example writes them in camel case."""
    said = kwargs if isinstance(kwargs, dict) else {}
    return {
        _CAMEL.sub("_", key).lower() if key[0].islower() and "_" not in key else key: value
        for key, value in said.items()
    }
