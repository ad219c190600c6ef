"""A project whose stages are built by files of its own."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from spectra_gx import Project, RunParameters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

ORDERS = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.customers:
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      country: string
  shop.orders:
    columns:
      id: long
      customer: long
"""
"""Two tables, in the order in which they are not to be built by `NEEDY`."""


class StageProject:
    """A folder with contracts and builders, run as a command line would."""

    def __init__(self, root: Path, contract: str = ORDERS, files: Mapping[str, str] = {}) -> None:
        self.root = root
        self.write("contracts/shop.contract.yaml", contract)
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    @property
    def project(self) -> Project:
        return Project.open(self.root)

    def lint(self) -> list[str]:
        return [str(problem) for problem in self.project.lint().problems]

    def run(self, **parameters: Any) -> RunResult:
        return self.project.run("shop", RunParameters(**parameters))

    def rows(self, table: str) -> list[dict[str, Any]]:
        warehouse = self.project.warehouse
        if not warehouse.exists(table):
            return []
        found: list[dict[str, Any]] = warehouse.read(warehouse.open(table)).to_pylist()
        return sorted(found, key=repr)
