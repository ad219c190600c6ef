"""Compiling is a pure function that GX and JSON can carry, whatever the contract says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.compiler.row_rules import gx_query
from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.contract.model import Rule
from spectra_gx.contract.sql.placeholders import substitute
from spectra_gx.validation.metrics.contract_queries import contract_sql
from tests.drawing import drawn

if TYPE_CHECKING:
    from typing import Any

PIECES = st.lists(
    st.sampled_from(["{table}", "{shop.b}", "{batch}", "'{'", "'}}'", "'{batch}'", "{", "}", "{{",
                     " select ", "'it''s {table}'", '"{x}"', "x"])
).map(" ".join)  # fmt: skip
VALUES = st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.floats(allow_nan=False))


@drawn(60)
@given(PIECES)
def test_a_query_comes_back_from_gx_as_it_was_written(sql: str) -> None:
    back = contract_sql(gx_query(sql, "shop.a"))
    if "{batch}" not in substitute(sql, lambda name: "" if name != "batch" else "{batch}"):
        assert back == sql


@drawn(60)
@given(st.sampled_from(["enum", "not_in"]), st.lists(VALUES, min_size=1, max_size=4))
def test_compiling_is_pure_and_json_carries_it(kind: str, values: list[Any]) -> None:
    rule = Rule(id="shop.a.x", table="shop.a", kind=kind, columns=("x",), argument=tuple(values))
    compiled = compile_rule(rule)
    assert compiled == compile_rule(rule)
    assert json.loads(json.dumps(compiled)) == compiled
    in_any_order = [(type(value), value) for value in compiled["kwargs"]["value_set"]]
    assert Counter(in_any_order) == Counter((type(value), value) for value in values)
    again = replace(rule, argument=tuple(reversed(values)))
    assert compile_rule(again) == compiled
