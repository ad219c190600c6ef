"""What holds for the changes between any two contracts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given

from spectra_gx.compiler.artefacts import compile_checkpoint
from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.contract.loading import parse_contract
from spectra_gx.review.change import Direction
from spectra_gx.review.compare.contract_changes import find_changes
from tests.drawing import drawn
from tests.property.contract.documents import documents
from tests.property.review.orders import pairs

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract
    from spectra_gx.review.change import Change


ONE_WAY = {"column-added", "column-removed", "masking-dropped"}
"""Kinds whose opposite is another by design: a removed column is an extra one in the data."""


def compiled(contract: StageContract) -> dict[str, Any]:
    """Return what is compiled, by rule and table; SQL in one spelling."""
    said: dict[str, Any] = {}
    for table in contract.tables:
        said[table.name] = {**compile_checkpoint(table), "columns": [c.name for c in table.columns]}
        said |= {rule.id: in_one_spelling(compile_rule(rule)) for rule in table.rules}
    return said


def in_one_spelling(expectation: dict[str, Any]) -> dict[str, Any]:
    kwargs = dict(expectation["kwargs"])
    if "column_set" in kwargs:
        kwargs["column_set"] = sorted(kwargs["column_set"])
    if expectation["type"] in ("unexpected_rows_expectation", "expect_query_to_return_no_rows"):
        query = kwargs["unexpected_rows_query"].lower().replace("<", " < ")
        kwargs["unexpected_rows_query"] = query.split()
    return {**expectation, "kwargs": kwargs}


def ways(changes: list[Change], *directions: Direction) -> bool:
    return any(change.direction in directions for change in changes if change.id not in ONE_WAY)


@drawn(15)
@given(documents())
def test_a_contract_does_not_differ_from_itself(document):
    contract = contract_from(document)
    assert list(find_changes(contract, contract_from(document))) == []


def contract_from(document: Any) -> StageContract:
    return parse_contract(json.dumps(document, ensure_ascii=False).encode(), "x")


@drawn(40)
@given(pairs())
def test_what_is_compiled_otherwise_is_a_change(pair):
    old, new = pair
    changes = list(find_changes(old, new))
    if not changes:
        assert compiled(old) == compiled(new)


@drawn(40)
@given(pairs())
def test_taking_changes_back_is_the_opposite(pair):
    old, new = pair
    there, back = list(find_changes(old, new)), list(find_changes(new, old))
    both, undetermined = Direction.BOTH, Direction.UNDETERMINED
    assert bool(there) == bool(back)
    assert ways(there, Direction.TIGHTENS, both) == ways(back, Direction.LOOSENS, both)
    assert ways(there, Direction.LOOSENS, both) == ways(back, Direction.TIGHTENS, both)
    assert ways(there, undetermined) == ways(back, undetermined)


@drawn(15)
@given(documents(), documents())
def test_any_two_contracts_compare(one, other):
    old, new = contract_from(one), contract_from(other)
    for change in find_changes(old, new):
        assert change.message.isprintable()
        assert change.path.isprintable()
        assert not change.message.endswith(".") or change.message.endswith("….")
