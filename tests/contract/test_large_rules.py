"""Rules with thousands of values, patterns or columns are answered, however long their SQL is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.validation.set_aside import set_aside
from tests.contract.judging import CLOCK, contract_of, judged, outcomes, pin, store

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

    judgement = judged(contract, tmp_path)

    found = outcomes(judgement)[f"shop.t.{rule}"]
    assert (found.status, found.unexpected, found.sample) == ("failed", 1, sample)
    [table] = contract.tables
    apart = set_aside(table, judgement.result.tables[0], pin(contract, tmp_path), CLOCK)
    assert apart is not None
    assert apart.count == 1
