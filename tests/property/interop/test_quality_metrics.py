"""Every metric of ODCS's library, in every unit and with every operator, means what it says."""

from __future__ import annotations

import json
import operator
from itertools import product
from typing import TYPE_CHECKING, Any

from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.interop.odcs.odcs_import import import_odcs
from tests.contract.checking import outcomes, store, validate_here
from tests.drawing import drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = "list[str | None]"

ARGUMENTS: dict[str, dict[str, Any]] = {
    "rowCount": {},
    "nullValues": {},
    "missingValues": {"missingValues": ["n/a", None]},
    "invalidValues": {"validValues": ["a", "b", "n/a"]},
    "duplicateValues": {},
}
OPERATORS = {
    "mustBe": operator.eq,
    "mustNotBe": operator.ne,
    "mustBeGreaterThan": operator.gt,
    "mustBeGreaterOrEqualTo": operator.ge,
    "mustBeLessThan": operator.lt,
    "mustBeLessOrEqualTo": operator.le,
    "mustBeBetween": lambda found, ends: ends[0] <= found <= ends[1],
    "mustNotBeBetween": lambda found, ends: not ends[0] <= found <= ends[1],
}
Check = tuple[str, str | None, str, Any]


def checks(unit: str | None, number: float) -> list[Check]:
    """Return every metric and operator with a number, or from it to ten more."""
    return [
        (metric, unit, name, (number, number + 10) if name.endswith("Between") else number)
        for metric, name in product(ARGUMENTS, OPERATORS)
        if (metric, unit) != ("rowCount", "percent")
    ]


def document(asked: Sequence[Check]) -> bytes:
    """Return an ODCS contract that makes each check of one table, or of its only column."""
    quality: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for place, (metric, unit, name, wanted) in enumerate(asked):
        said = {"id": f"q{place}", "metric": metric, name: wanted, "arguments": ARGUMENTS[metric]}
        quality[metric == "rowCount"].append({**said, **({"unit": unit} if unit else {})})
    column = {"name": "x", "physicalType": "string", "quality": quality[False]}
    table = {"name": "shop.t", "properties": [column], "quality": quality[True]}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop", "name": "shop"}
    head |= {"version": "1.0.0", "status": "active", "team": {"name": "Shop Team"}}
    return json.dumps({**head, "schema": [table]}).encode()


def counted(metric: str, rows: Rows) -> int:
    """Return what a metric counts."""
    match metric:
        case "nullValues":
            return sum(value is None for value in rows)
        case "missingValues":
            return sum(value in (None, "n/a") for value in rows)
        case "invalidValues":
            return sum(value not in (None, "a", "b", "n/a") for value in rows)
        case "duplicateValues":
            return sum(value is not None and rows.count(value) > 1 for value in rows)
    return len(rows)


def holds(check: Check, rows: Rows) -> bool:
    """Return whether a check must pass; of no rows, no share is anything."""
    metric, unit, name, wanted = check
    found: float = counted(metric, rows)
    if unit == "percent":
        found = 100 * found / len(rows) if rows else 0
    return bool(OPERATORS[name](found, wanted))


VALUES = st.sampled_from([None, "a", "b", "c", "d", "n/a"])


@drawn(2, many=40)
@example(rows=["a", "b"], unit="rows", number=0)
@example(rows=["a", "c", "c", None, "n/a"], unit="percent", number=20)
@given(
    rows=st.lists(VALUES, max_size=10),
    unit=st.sampled_from([None, "rows", "percent"]),
    number=st.sampled_from([0, 1, 2, 10, 20, 50, 100]),
)
def test_a_metric_passes_where_its_number_does(
    rows: list[str | None], unit: str | None, number: float, tmp_path_factory: Any
) -> None:
    asked = checks(unit, number)
    carried = import_odcs(document(asked), "shop.odcs.yaml")
    assert carried.losses == ()
    contract = parse_contract(carried.text.encode(), "imported")
    root = tmp_path_factory.mktemp("metrics")
    store(root, "shop.t", {"x": "string"}, [[value] for value in rows])

    found = outcomes(validate_here(contract, root))

    statuses = {asked[place]: str(found[f"shop.t.q{place}"].status) for place in range(len(asked))}
    wanted = {check: "passed" if holds(check, rows) else "failed" for check in statuses}
    assert statuses == wanted
