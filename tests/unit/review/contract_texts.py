"""Contracts of stage `shop`, written as the YAML of what matters."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import parse_contract
from spectra_gx.review.compare.contract_changes import find_changes

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract
    from spectra_gx.review.change import Change

HEAD = "contract: shop\nversion: 1.0.0\nowner: Shop Team\n"
COLUMNS = """\
columns:
  id: {type: long, required: true}
  size: integer
  limit: integer
  share: double
  name: string
  day: date
"""


def contract(more: str) -> StageContract:
    """Read a contract from all but its head."""
    return parse_contract((HEAD + textwrap.dedent(more)).encode(), "shop.contract.yaml")


def table(keys: str = "", columns: str = COLUMNS, more: str = "") -> StageContract:
    """Read a contract of one table from the YAML of its keys."""
    body = textwrap.dedent(keys).strip("\n") + "\n" + textwrap.dedent(columns)
    return contract("tables:\n  shop.orders:\n" + textwrap.indent(body, "    ") + more)


def column(keys: str, name: str = "size") -> StageContract:
    """Read a contract of one column beside an id."""
    return table(columns=f"columns:\n  id: {{type: long, required: true}}\n  {name}: {keys}\n")


def rule(said: str) -> StageContract:
    """Read a contract of one listed rule `r`."""
    return table(columns=f"{COLUMNS}rules:\n  - {{id: r, {said}}}\n")


def told(old: StageContract, new: StageContract) -> list[tuple[str, str, str]]:
    """Return id, path and direction of each change."""
    return [(change.id, change.path, str(change.direction)) for change in changes(old, new)]


def changes(old: StageContract, new: StageContract) -> list[Change]:
    return list(find_changes(old, new))
