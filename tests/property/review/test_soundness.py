"""What the diff says holds for data: where nothing tightens, what passed still passes."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given
from hypothesis import strategies as st

from spectra_gx.review.change import Direction
from spectra_gx.review.compare.contract_changes import find_changes
from tests.contract.checking import store, validate
from tests.drawing import drawn
from tests.property.review.orders import pairs

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract


PLAIN = {"rule-removed", "unique-removed", "primary-key-removed", "column-nullable"} | {
    "description-changed",
    "severity-lowered",
    "columns-reordered",
}
"""Kinds that speak for themselves; drawn often, they would leave no time for the others."""

CELLS: dict[str, list[Any]] = {
    "id": [1, 2, 3, 4],
    "size": [1, 2, 0, 5, None],
    "limit": [5, 5, 5, 6, None],
    "name": ["a", "ab", "a", "ab", "b", None],
    "share": [0.5, 1.0, 1.0, 0.0, float("nan"), None],
    "day": [date(2026, 11, 21), date(2026, 11, 21), date(2026, 11, 1), None],
    "notes": ["x", None],
}


@st.composite
def tables(draw: Any, contract: StageContract) -> tuple[dict[str, str], list[list[Any]]]:
    """Draw a small table of the contract's columns, now and then with another one."""
    [table] = contract.tables
    columns = {column.name: column.type for column in table.columns}
    if draw(st.integers(0, 4)) == 0:
        columns["notes" if "notes" not in columns else "remarks"] = "string"
    if draw(st.integers(0, 9)) == 0:
        columns = dict(reversed(columns.items()))
    keys = draw(st.lists(st.sampled_from(CELLS["id"]), min_size=1, max_size=4, unique=True))
    rows = [[_cell(draw, name, kind, key) for name, kind in columns.items()] for key in keys]
    return columns, rows


def _cell(draw: Any, name: str, kind: str, key: int) -> Any:
    if name == "id":
        return key
    value = draw(st.sampled_from(CELLS.get(name, [None])))
    return [value] if kind.startswith("array") else value


@drawn(6)
@given(pairs(most=5), st.data())
def test_where_nothing_tightens_what_passed_still_passes(pair, data):
    old, new = pair
    changes = list(find_changes(old, new))
    decided = {Direction.LOOSENS, Direction.NONE}
    assume({change.direction for change in changes} <= decided)
    assume({change.id for change in changes} - PLAIN)
    columns, rows = data.draw(tables(old))
    with tempfile.TemporaryDirectory() as folder:
        store(Path(folder), "shop.orders", columns, rows)
        before, after = (validate(contract, Path(folder)).result for contract in (old, new))
    if before.verdict == "passed":
        broken = [rule.message for rule in after.all_rules() if rule.status != "passed"]
        assert after.verdict == "passed", broken
