"""A column may be named as anything that the engine itself uses, or as SQL does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.validation.run.row_split import split_rows
from tests.contract.checking import CLOCK, contract_of, outcomes, pin, store, validate

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "#row", "#before", "_stored", "t", "t_stored", "t0", "a0", "b0", "c0", "g", "k0", "m0", "n",
    "o", "p", "q", "r", "s0", "u", "v", "value", "select", "table", "order", "it's", 'a"b', "a`b",
    "a.b", "a[0]", "é", "名前", "%s", "$x", "--x", "x" * 200,
)  # fmt: skip


def rules_of(number: int, column: str) -> list[dict[str, Any]]:
    quoted = '"' + column.replace('"', '""') + '"'
    rules: list[dict[str, Any]] = [
        {"column": column, "unique": True},
        {"sorted": {"by": [column], "order": "ascending"}},
        {"references": {"columns": [column], "table": "shop.t", "to": ["other"]}},
        {"sql": f"select * from {{table}} where {quoted} > 1"},
        {"column": column, "not_in": [7], "where": f"{quoted} > 0"},
        {"column": column, "quantile": {"q": 0.5, "max": 0}},
    ]
    kinds = ("unique", "sorted", "ref", "sql", "where", "quantile")
    return [{"id": f"{kind}-{number}", **rule} for kind, rule in zip(kinds, rules, strict=True)]


BREAKS = {"unique": 2, "sorted": 1, "quantile": None}


def test_rules_answer_whatever_columns_are_named(tmp_path: Path) -> None:
    items = {"type": "array", "items": {"type": "long", "max": 1, "unique": True}}
    said = {
        "primary_key": ["#row"],
        "columns": {
            **dict.fromkeys(NAMES, "long"),
            "#row": {"type": "long", "required": True},
            "other": "long",
            "list": items,
        },
        "rules": [rule for number, name in enumerate(NAMES) for rule in rules_of(number, name)],
    }
    contract = contract_of("shop.t: " + json.dumps(said))
    types = {**dict.fromkeys(NAMES, "long"), "other": "long", "list": "array<long>"}
    values = [(1, 1, [1, 1]), (1, 1, [2]), (None, 2, None), (0, 0, [])]
    rows = [[*[value] * len(NAMES), other, listed] for value, other, listed in values]
    store(tmp_path, "shop.t", types, rows)

    outcome = validate(contract, tmp_path)

    found = outcomes(outcome)
    assert [rule.message for rule in found.values() if rule.status == "errored"] == []
    broken = {id_: rule.unexpected for id_, rule in found.items() if rule.status == "failed"}
    expected = {
        f"shop.t.{kind}-{number}": count
        for number in range(len(NAMES))
        for kind, count in BREAKS.items()
    }
    expected |= {
        "shop.t.primary_key": 3,
        "shop.t.#row.required": 1,
        "shop.t.list.items.max": 1,
        "shop.t.list.items.unique": 1,
    }
    assert broken == expected
    [table] = contract.tables
    apart = split_rows(table, outcome.result.tables[0], pin(contract, tmp_path), CLOCK)
    assert apart is not None
    assert [row for part in apart.good() for row in part.to_pylist()] == []
