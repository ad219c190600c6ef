"""The example of every kind in the catalogue, so that a new kind is checked everywhere at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from deltalake import write_deltalake

from spectra_gx.contract.loading import parse_contract
from spectra_gx.warehouse.warehouse import Warehouse
from tests.docs.pages import rule_pages

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agreement.suites.suite import Suite


def examples(which: str) -> Suite:
    """Every kind's example, on the table that breaks it, or on an empty one."""
    pages = rule_pages()
    document = pages.example_contract()
    del document["tables"]["demo.absent"]
    contract = parse_contract(yaml.safe_dump(document).encode(), "demo.yaml")

    def put(root: Path) -> None:
        for name, rows in pages.example_tables().items():
            place = Warehouse(root).table_uri(name)
            write_deltalake(place, rows if which == "bad" else rows.slice(0, 0))

    return contract, put
