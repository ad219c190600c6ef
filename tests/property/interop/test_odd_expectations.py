"""Expectations of GX's core, right or odd, asked under `expect`, imported, and asked of GX itself.

None ends in words from inside, none is lost without a word, and where GX answers, so do we.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.gx.suite_import import import_suites
from spectra_gx.warehouse.arrow_types import arrow_schema
from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.drawing import drawn
from tests.property.interop.odd_expectations import TYPES, expectations
from tests.property.validation.engines import pandas_batch

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.contract.model import Table
    from spectra_gx.validation.results import RuleResult

Asked = tuple[str, dict[str, Any]]

ROWS = [
    (1, 1, 0.5, "a", "a", date(2026, 1, 1)),
    (2, 3, 1.5, "b", "b", date(2026, 1, 2)),
    (2, 2, 1.5, "b", "a", date(2026, 1, 2)),
    (None, None, None, None, None, None),
    (5, 4, -2.0, "ab", "ab", None),
]
FROM_INSIDE = re.compile(
    r"Error\b(?!s)|Exception|NoneType|Traceback|index out of|has no attribute|not subscriptable"
    r"|not iterable|object is|unhashable|Cast error|Schema error|pydantic|validation error"
    r"|not supported between|Could not parse|<class|__root__|0x[0-9a-f]{6}|Panic"
)
ANSWERED = ("passed", "failed")
OF_TYPES = re.compile("_of_type|_in_type_list|_type_to_be")
"""Asked of GX, they speak of what pandas calls its types."""

OF_COLUMNS = re.compile("_to_exist|_columns_to_match_set")
"""They may say what the columns say already."""


def in_a_contract(asked: list[Asked], root: Path) -> dict[int, RuleResult]:
    """Return the result of each that lint lets through, all of them checked together."""
    sound = []
    for place, (expectation, kwargs) in enumerate(asked):
        rule = {"id": f"r{place}", "expect": expectation, "with": kwargs}
        try:
            contract_of(f"shop.t: {json.dumps({'columns': TYPES, 'rules': [rule]})}")
        except ContractError as error:
            assert not FROM_INSIDE.search(str(error)), error
        else:
            sound.append(rule)
    contract = contract_of(f"shop.t: {json.dumps({'columns': TYPES, 'rules': sound})}")
    found = outcomes(validate_here(contract, root))
    return {int(rule["id"][1:]): found[f"shop.t.{rule['id']}"] for rule in sound}


def imported(asked: list[Asked], root: Path) -> dict[int, tuple[list[Any], list[str], bool]]:
    """Return what becomes of each in a suite of its own.

    That is the results of the rules it becomes, its losses, and whether it changed anything.
    """
    suites = {
        f"s{place}.json": json.dumps(
            {"name": f"shop.t{place}", "expectations": [*_TYPES, {"type": name, "kwargs": kwargs}]}
        ).encode()
        for place, (name, kwargs) in enumerate(asked)
    }
    carried = import_suites({"s.json": _ALONE, **suites})
    contract = parse_contract(carried.text.encode(), "imported")
    alone, *tables = contract.tables
    for table in tables:
        store(root, table.name, TYPES, ROWS)
    checked = validate_here(replace(contract, tables=tuple(tables)), root)
    found = {result.table: result.rules for result in checked.result.tables}
    said = {}
    for place, table in enumerate(tables):
        here = (f"s{place}.json", f"shop.t{place}")
        losses = [
            loss.reason
            for loss in carried.losses
            if loss.path.startswith(here) and not re.search("used '|replace", loss.reason)
        ]
        said[place] = list(found[table.name]), losses, _shape(table) != _shape(alone)
    return said


def _shape(table: Table) -> list[Any]:
    rules = [(rule.id.removeprefix(table.name), rule.argument) for rule in table.rules]
    return [[column.name for column in table.columns], table.extra_columns, rules]


_TYPES = [
    {"type": "expect_column_values_to_be_of_type", "kwargs": {"column": name, "type_": type_}}
    for name, type_ in TYPES.items()
]
_ALONE = json.dumps({"name": "shop.alone", "expectations": _TYPES}).encode()


def by_gx(asked: list[Asked]) -> dict[int, Any]:
    """Return GX's own result of each that it answers on pandas."""
    table = pa.table(list(zip(*ROWS, strict=True)), arrow_schema(TYPES))
    batch = pandas_batch(table)
    answered = {}
    for place, (expectation, kwargs) in enumerate(asked):
        given = {name: value for name, value in kwargs.items() if value is not None}
        try:
            configuration = ExpectationConfiguration(type=expectation, kwargs=given)
            result = batch.validate(configuration.to_domain_obj())
        except Exception:  # noqa: BLE001, S112 - whatever it is, GX has no answer
            continue
        if not result.exception_info.get("raised_exception", True):
            answered[place] = result
    return answered


@drawn(3, many=120)
@given(asked=st.lists(expectations(), min_size=20, max_size=30))
def test_nothing_is_lost_and_gx_agrees(asked: list[Asked], tmp_path_factory: Any) -> None:
    root = tmp_path_factory.mktemp("odd")
    store(root, "shop.t", TYPES, ROWS)
    ours, carried, theirs = in_a_contract(asked, root), imported(asked, root), by_gx(asked)

    for place, (expectation, kwargs) in enumerate(asked):
        note = f"{expectation} {kwargs}"
        result, other = ours.get(place), theirs.get(place)
        answers = None if other is None or OF_TYPES.search(expectation) else other
        if result is not None:
            assert not FROM_INSIDE.search(result.message), f"{note}: {result.message}"
            if answers is not None and str(result.status) in ANSWERED:
                assert (str(result.status) == "passed") == answers.success, note
                counted = answers.result.get("unexpected_count")
                assert None in (counted, result.unexpected) or counted == result.unexpected, note

        rules, losses, changed = carried[place]
        for words in (*losses, *(rule.message for rule in rules)):
            assert not FROM_INSIDE.search(words), f"{note}: {words}"
        said = changed or OF_TYPES.search(expectation) or OF_COLUMNS.search(expectation)
        assert losses or said, f"{note} is lost"
        statuses = {str(rule.status) for rule in rules}
        if answers is not None and not losses and "errored" not in statuses:
            assert (statuses == {"passed"}) == answers.success, f"{note} {rules}"
