"""The checks of ODCS, `quality`, as rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.catalogue import COLUMN_KINDS, TABLE_KINDS
from spectra_gx.contract.report import Report, quote
from spectra_gx.contract.yaml_nodes import plain_value
from spectra_gx.contract.yaml_reading import parse_yaml
from spectra_gx.interop.gx.rules import add_expectation
from spectra_gx.interop.odcs.check import Check, options_of, query_rule, test_of
from spectra_gx.interop.odcs.custom import OwnWord, own_words
from spectra_gx.interop.odcs.metrics import read_metric
from spectra_gx.interop.odcs.words import ENGINE, RULE
from spectra_gx.interop.taking import Taking

if TYPE_CHECKING:
    from spectra_gx.interop.draft import Draft, Path
    from spectra_gx.interop.odcs.names import OdcsNames

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read_checks(item: Taking, at: Path, draft: Draft, found: OdcsNames) -> None:
    """Read the checks of a table, or of a column, field or items; `at` is its place."""
    for said in item.mappings("quality"):
        own = own_words(said)
        for word in own:
            _say_own(word, at, draft)
        if own:
            said.leave()
        else:
            _read(said, at, draft, found)
            said.end()


def _say_own(word: OwnWord, at: Path, draft: Draft) -> None:
    if word.key in COLUMN_KINDS or word.key in TABLE_KINDS:
        draft.say((*at, word.key), word.value, word.path)
    elif word.key == RULE and isinstance(word.value, dict) and "id" in word.value:
        draft.add_rule(str(at[1]), word.value, word.path)
    else:
        draft.lose(word.path, "it holds no rule")


def _read(said: Taking, at: Path, draft: Draft, found: OdcsNames) -> None:
    kind = said.take("type", str) or ("sql" if "query" in said else "library")
    identity, name = said.text("id"), said.text("name")
    check = Check(said, at, draft, found, identity or name, options_of(said, draft))
    match kind:
        case "text":
            words = quote(check.options.get("description", ""))
            said.lose(f"{words} is in words only, and a rule must be executable")
        case "library":
            read_metric(check)
        case "sql":
            _read_query(check)
        case "custom":
            _read_custom(check)
        case _:
            said.lose(f"{quote(kind)} is no kind of check")


def _read_query(check: Check) -> None:
    query, test = check.said.text("query"), test_of(check.said)
    if query is None or test is None:
        check.said.lose("it has no query, or not one test of what the query returns")
        return
    scalar = check.found.in_sql(query, check.table, check.column)
    check.add_rule(f"{check.column or 'table'}-query", {"sql": query_rule(scalar, test)})


def _read_custom(check: Check) -> None:
    engine = check.said.text("engine") or ""
    implementation = check.said.take("implementation", str, dict)
    if engine.lower().replace("-", "").replace("_", "") != ENGINE.lower():
        check.said.lose(f"it is written for {quote(engine)}, which is not read here")
        return
    if isinstance(implementation, str):
        root = parse_yaml(implementation.encode(), Report(""))
        implementation = None if root is None else plain_value(root)
    if not isinstance(implementation, dict):
        check.said.lose("its implementation holds no `type` and `kwargs`")
        return
    kwargs = _snake_case(implementation.get("kwargs"))
    if check.column is not None and not kwargs.keys() & {"column", "column_A", "column_list"}:
        kwargs["column"] = check.column
    said = Taking({**implementation, "kwargs": kwargs}, check.said.path, check.draft.losses)
    add_expectation(said, check.table, check.draft, check.options)
    said.end()


def _snake_case(kwargs: Any) -> dict[str, Any]:
    """Return arguments as GX calls them; the standard's own example writes them in camel case."""
    said = kwargs if isinstance(kwargs, dict) else {}
    return {
        _CAMEL.sub("_", key).lower() if key[0].islower() and "_" not in key else key: value
        for key, value in said.items()
    }
