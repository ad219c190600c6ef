"""Rules with thousands of values, patterns or columns are answered, however long their SQL is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.validation.run.row_split import split_rows
from tests.contract.checking import (
    CLOCK,
    contract_of,
    outcomes,
    pin,
    store,
    validate,
    validate_here,
)
from tests.drawing import MANY as MANY_EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

MANY = 25_000
TEXTS = [f"v{number}" for number in range(MANY)]


def expect(expectation: str, **arguments: Any) -> dict[str, Any]:
    return {"rules": [{"id": "r", "expect": expectation, "with": arguments}]}


@pytest.mark.parametrize(
    ("said", "rule", "rows", "sample"),
    [
        ({"x": {"enum": TEXTS}}, "x.enum", ["v1", "zz", "v24999", None], ("zz",)),
        ({"x": {"not_in": TEXTS}}, "x.not_in", ["zz", "v24999", None], ("v24999",)),
        (
            expect(
                "expect_column_values_to_match_regex_list",
                column="x",
                regex_list=[f"^{text}$" for text in TEXTS[:3000]],
            ),
            "r",
            ["v7", "zz", "v2999", None],
            ("zz",),
        ),
        (
            expect(
                "expect_column_pair_values_to_be_in_set",
                column_A="x",
                column_B="y",
                value_pairs_set=[[text, text] for text in TEXTS[:3000]],
            ),
            "r",
            ["v7", "zz", "v2999"],
            ({"x": "zz", "y": "zz"},),
        ),
    ],
    ids=["enum", "not_in", "patterns", "pairs"],
)
def test_thousands_of_values(
    tmp_path: Path, said: dict[str, Any], rule: str, rows: list[Any], sample: tuple[Any, ...]
) -> None:
    column = {"type": "string", **said.get("x", {})}
    rules = {key: value for key, value in said.items() if key == "rules"}
    contract = contract_of(
        "shop.t: " + json.dumps({"columns": {"x": column, "y": "string"}, **rules})
    )
    store(tmp_path, "shop.t", {"x": "string", "y": "string"}, [[row, row] for row in rows])

    outcome = validate(contract, tmp_path)

    found = outcomes(outcome)[f"shop.t.{rule}"]
    assert (found.status, found.unexpected, found.sample) == ("failed", 1, sample)
    [table] = contract.tables
    apart = split_rows(table, outcome.result.tables[0], pin(contract, tmp_path), CLOCK)
    assert apart is not None
    assert apart.count == 1


# As many as end the process where a query is nested for each of them; that takes a minute.
COLUMNS = [f"c{number}" for number in range(1500 if MANY_EXAMPLES else 60)]
RISING = list(range(len(COLUMNS)))


def expecting(expectation: str, **arguments: Any) -> dict[str, Any]:
    return {"expect": expectation, "with": {"column_list": COLUMNS, **arguments}}


@pytest.mark.parametrize(
    ("said", "last", "unexpected"),
    [
        ({"unique": COLUMNS}, [0, 0, 1, None], 2),
        ({"references": {"columns": COLUMNS, "table": "shop.p", "to": COLUMNS}}, [0, 1, None], 1),
        ({"sorted": {"by": COLUMNS, "order": "ascending"}}, [0, 2, 1, 1], 1),
        ({"sorted": {"by": COLUMNS, "order": "descending"}}, [0, 2, 1, 1], 1),
        (expecting("ExpectMulticolumnSumToEqual", sum_total=sum(RISING[:-1])), [0, 1, 0], 1),
        (expecting("ExpectMulticolumnValuesToBeEqual"), [0], 1),
        (expecting("ExpectSelectColumnValuesToBeUniqueWithinRecord"), [0, -1, None, 1], 2),
        (expecting("ExpectCompoundColumnsToBeUnique"), [0, 0, 1, None], 2),
    ],
    ids=["unique", "references", "rising", "falling", "sum", "equal", "within", "compound"],
)
def test_many_columns(
    tmp_path: Path, said: dict[str, Any], last: list[int | None], unexpected: int
) -> None:
    types = dict.fromkeys(COLUMNS, "long")
    own = json.dumps({"columns": types, "rules": [{"id": "r", **said}]})
    contract = contract_of(f"shop.t: {own}\nshop.p: {json.dumps({'columns': types})}")
    store(tmp_path, "shop.t", types, [[*RISING[:-1], value] for value in last])
    store(tmp_path, "shop.p", types, [[*RISING[:-1], 0]])

    outcome = validate_here(contract, tmp_path)

    found = outcomes(outcome)["shop.t.r"]
    assert (found.status, found.unexpected) == ("failed", unexpected)
    assert len(found.sample) == unexpected
    apart = split_rows(contract.tables[0], outcome.result.tables[0], pin(contract, tmp_path), CLOCK)
    assert apart is not None
    assert apart.count == unexpected
