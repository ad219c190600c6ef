"""GX's own expectations as a contract names them, and GX's signatures.

The signatures are data, `gx_expectations.json`, generated from GX; a test keeps them up to date.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.parsers.parser import ParseContext, Parser, read_text

if TYPE_CHECKING:
    from spectra_gx.contract.yaml.nodes import Node

Signature = dict[str, Any]
REFUSED = {
    "expect_query_results_to_match_comparison": (
        "compares with a second datasource, and a check reads one snapshot of one; "
        "consume the other table and compare with `sql`"
    ),
}
"""Expectations that no contract can use → why, and what to write instead."""
_OF_TYPES = ("expect_column_values_to_be_of_type", "expect_column_values_to_be_in_type_list")
"""Expectations that GX checks row by row; a stored column has one type."""


@cache
def signatures() -> dict[str, Signature]:
    """Return expectation type → its GX name, the options and the arguments that it takes."""
    text = files("spectra_gx.contract").joinpath("gx_expectations.json").read_text(encoding="utf-8")
    known: dict[str, Signature] = json.loads(text)
    return known


def accepts_option(expectation: str, option: str) -> bool:
    """Return whether an expectation takes `mostly` or `where`."""
    takes_mostly = expectation not in _OF_TYPES
    return takes_mostly and option in signatures()[expectation]["options"]


def _read_expectation(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    if text is None:
        return None
    known = signatures()
    names = {parsed["name"]: type_ for type_, parsed in known.items()}
    expectation = names.get(text, text)
    if expectation not in known:
        hint = did_you_mean(text, [*names, *known]) or "; only GX's core expectations can be used"
        context.report.add(node, f"{quote(text)} is not an expectation of GX's core{hint}")
        return None
    if expectation in REFUSED:
        context.report.add(node, f"{quote(text)} {REFUSED[expectation]}")
        return None
    return expectation


EXPECTATION = Parser(
    "the name of a core expectation of Great Expectations",
    {"type": "string", "pattern": "^(Expect|Unexpected|expect_|unexpected_)\\w+$"},
    _read_expectation,
)
