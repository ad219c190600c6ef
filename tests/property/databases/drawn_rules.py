"""Rules and rows that are drawn for databases: what each of them stores, and what all are given."""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ContractError
from tests.contract.checking import contract_of
from tests.property.validation.outside import COLUMNS, condition, rows_of

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract

AT_ONCE = 30
"""Rules over one table: the table costs more than a rule."""

STORED = (
    *("id", "i", "i2", "l", "l2", "x", "x2", "m", "m2", "d", "d2", "ts", "ts2", "n", "n2"),
    *("t", "t2", "bo", "bo2", "nothing"),
)
"""Columns of types that every database has."""

TYPES = {name: COLUMNS[name] for name in STORED}
_STATISTICS = ("mean", "sum", "median", "stdev", "distinct", "null_share")


def drawn_rows(seed: int) -> list[tuple[Any, ...]]:
    """Return rows of edge values; null where a number is not finite, which not all can store."""
    places = [list(COLUMNS).index(name) for name in STORED]
    return [tuple(_stored(row[place]) for place in places) for row in rows_of(seed)]


def _stored(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return None if hasattr(value, "year") and not 1970 < value.year < 2030 else value


def drawn_contract(seed: int) -> StageContract:
    """Return rules of every form over the table `shop.t`, without those that lint refuses."""
    chosen = random.Random(seed)  # noqa: S311 - no secret
    rules = {f"r{place}": _rule(chosen) for place in range(AT_ONCE)}
    while True:
        try:
            return contract_of(_text(rules))
        except ContractError as error:
            for problem in error.problems:
                rules.pop(problem.message.partition("shop.t.")[2].partition("'")[0])


def _rule(chosen: random.Random) -> dict[str, Any]:
    form = chosen.choice(["sql", "sql", "where", "statistic", "unique", "compare"])
    if form == "sql":
        drawn = condition(chosen.getrandbits(48), subqueries=True).ours
        return {"sql": f"select id from {{table}} where {drawn}"}
    if form == "where":
        drawn = condition(chosen.getrandbits(48), subqueries=False).ours
        return {"column": "nothing", "required": True, "where": drawn}
    if form == "statistic":
        column = chosen.choice(["i", "l", "x", "m"])
        return {"column": column, chosen.choice(_STATISTICS): {"max": 0}}
    if form == "unique":
        return {"unique": chosen.sample(["i", "t", "d", "bo", "m"], 2)}
    left, right = chosen.choice([("i", "i2"), ("l", "l2"), ("m", "m2"), ("d", "d2"), ("t", "t2")])
    return {"compare": f"{left} {chosen.choice(['<', '<=', '=', '<>'])} {right}"}


def _text(rules: dict[str, dict[str, Any]]) -> str:
    columns = "".join(f"    {name}: {{type: '{type_}'}}\n" for name, type_ in TYPES.items())
    listed = "".join(
        f"    - {json.dumps({'id': rule, **keys}, ensure_ascii=False)}\n"
        for rule, keys in rules.items()
    )
    return f"shop.t:\n  primary_key: [id]\n  columns:\n{columns}  rules:\n{listed}"
