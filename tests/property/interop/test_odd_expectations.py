"""Expectations of GX's core, right or odd, asked under `expect`, imported, and asked of GX itself.

None ends in words from inside, none is lost without a word, and where GX answers, so do we.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.gx.suites import import_suites
from spectra_gx.warehouse.types import arrow_schema
from tests.contract.judging import contract_of, judged_here, outcomes, store
from tests.drawing import drawn
from tests.property.interop.odd_expectations import TYPES, expectations
from tests.property.validation.engines import pandas_batch

if TYPE_CHECKING:
    from pathlib import Path

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
    r"|not iterable|object is|unhashable|Cast error|Schema error|\bpydantic|validation error|not supported between|Could not parse|<class|__root__|0x[0-9a-f]{6}|Panic"
)
ANSWERED = ("passed", "failed")


def in_a_contract(asked: list[Asked], root: Path) -> dict[int, Any]:
    """Return the result of each that lint lets through, all of them judged together."""
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
    found = outcomes(judged_here(contract, root))
    return {int(rule["id"][1:]): found[f"shop.t.{rule['id']}"] for rule in sound}


def imported(asked: list[Asked], root: Path) -> dict[int, tuple[list[Any], list[str]]]:
    """Return the results of the rules that each becomes in a suite of its own, and its losses."""
    types = [
        {"type": "expect_column_values_to_be_of_type", "kwargs": {"column": c, "type_": t}}
        for c, t in TYPES.items()
    ]
    suites = {
        f"s{place}.json": json.dumps(
            {
                "name": f"shop.t{place}",
                "expectations": [*types, {"type": expectation, "kwargs": kwargs}],
            }
        ).encode()
        for place, (expectation, kwargs) in enumerate(asked)
    }
    carried = import_suites(suites)
    contract = parse_contract(carried.text.encode(), "imported")
    for table in contract.tables:
        store(root, table.name, TYPES, ROWS)
    found = outcomes(judged_here(contract, root))
    said: dict[int, tuple[list[Any], list[str]]] = {}
    for place, table in enumerate(contract.tables):
        rules = [found[rule.id] for rule in table.rules if rule.kind not in ("type", "columns")]
        losses = [
            loss.reason
            for loss in carried.losses
            if f"shop.t{place}" in loss.path or f"s{place}.json" in loss.path
        ]
        said[place] = rules, losses
    return said


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
