"""Expectations of GX's core with arguments that are right, odd, null or missing."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from spectra_gx.contract.rules.gx_signatures import REFUSED, signatures

TYPES = {"n": "long", "m": "long", "d": "double", "s": "string", "u": "string", "t": "date"}
ODD = [None, None, "", "zz", 0, -1, 2.5, True, [], [None], [[]], {}, {"x": 1}]
"""What somebody writes in the wrong place."""

_NUMBERS = [0, 1, 2, 3, 5, 1.5, -2]
_BOUNDS = [*_NUMBERS, "2026-01-02", "a"]
_COLUMNS = ["n", "m", "d", "s", "u", "t"]
_VALUES = [[1, 2], [1, 2, 5], [1, None], [0.5, 1.5, -2], ["a", "b"], ["a", "b", "ab"], [True],
           ["2026-01-01", "2026-01-02"]]  # fmt: skip
_LISTS = [["n", "m"], ["s", "u"], ["m", "n"], ["n", "n"], ["n"], ["n", "zz"], ["n", "d"], _COLUMNS]
_QUANTILES = [
    {"quantiles": [0.5], "value_ranges": [[1, 2]]},
    {"quantiles": [0, 0.5, 1], "value_ranges": [[1, 1], [2, 2], [None, 5]]},
    {"quantiles": [0.5], "value_ranges": [[3, None]]},
    {"quantiles": [0.5, 1], "value_ranges": [[1, 2]]},
    {"quantiles": [2], "value_ranges": [[1, 2]]},
]
_PARTITIONS = [
    {"values": [1, 2, 5], "weights": [0.25, 0.5, 0.25]},
    {"values": ["a", "b"], "weights": [0.5, 0.5]},
    {"bins": [0, 2, 6], "weights": [0.5, 0.5]},
    {"bins": [2, 1], "weights": [1]},
    {"values": [1], "weights": [0.5]},
]
_PAIRS = [[[1, 1], [2, 3]], [[1, 1], [2, 3], [2, 2], [5, 4]], [["a", "a"]], [[1]], [[None, 1]]]

FITTING: dict[str, list[Any]] = {
    **dict.fromkeys(("column", "column_A", "column_B"), _COLUMNS),
    **dict.fromkeys(("min_value", "max_value"), _BOUNDS),
    **dict.fromkeys(("column_list", "column_set"), _LISTS),
    "value_set": _VALUES,
    "value_pairs_set": _PAIRS,
    "quantile_ranges": _QUANTILES,
    "partition_object": _PARTITIONS,
    "regex": ["^a", "b$", "^[ab]+$", "("],
    "regex_list": [["^a", "b$"], ["^a$"], ["("]],
    "like_pattern": ["a%", "_", "%b"],
    "like_pattern_list": [["a%", "%b"], ["_"]],
    "strftime_format": ["%Y", "a", "%"],
    "json_schema": [{"type": "string"}, {"type": 5}],
    "type_": ["long", "string", "double", "foo"],
    "type_list": [["long"], ["string", "double"], ["foo"]],
    "unexpected_rows_query": ["select * from {batch}", "select * from {batch} where n > 2", "x"],
    "description": ["said"],
}


def _argument(name: str, accepted: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "one_of" in accepted:
        fitting = list(accepted["one_of"])
    elif "boolean" in accepted["kinds"]:
        fitting = [True, False]
    else:
        fitting = FITTING.get(name, _NUMBERS)
    # One in ten is odd, for each alone to be met among others that are right.
    return st.integers(0, 9).flatmap(lambda at: st.sampled_from(fitting if at else ODD))


@st.composite
def expectations(draw: Any) -> tuple[str, dict[str, Any]]:
    """Draw an expectation and its arguments, as they would stand in a suite."""
    asked = draw(st.sampled_from(sorted(signatures().keys() - REFUSED.keys())))
    known = signatures()[asked]["arguments"]
    needed = {name for name, said in known.items() if said["needed"]}
    given = {
        name for name in known if draw(st.integers(0, 19) if name in needed else st.integers(0, 2))
    }
    return asked, {
        name: draw(_argument(name, said)) for name, said in known.items() if name in given
    }
