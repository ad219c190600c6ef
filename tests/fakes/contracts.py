"""Contracts written as YAML text; this needs no GX, nor does what reads them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import parse_contract

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract


def contract_of(tables: str, more: str = "") -> StageContract:
    """Read a contract of stage `shop` from the YAML of its tables."""
    text = f"contract: shop\nversion: 1.0.0\nowner: Tests\n{textwrap.dedent(more)}tables:\n"
    body = textwrap.indent(textwrap.dedent(tables).strip("\n"), "  ")
    return parse_contract(f"{text}{body}\n".encode(), "shop.contract.yaml")
