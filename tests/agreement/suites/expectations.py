"""Every core expectation of GX."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.contract.checking import store
from tests.contract.expect_cases import EXPECTED
from tests.contract.test_expectations_of_gx import contract_of_expectations

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agreement.suites.suite import Suite


def expectations(which: str) -> Suite:
    """Every core expectation of GX, on tables that keep it or break it."""

    def put(root: Path) -> None:
        store(root, "shop.two", {"k": "string"}, [("a",), ("b",)])
        for case in EXPECTED:
            broken = which == "bad" and case.bad_columns is not None
            columns = case.bad_columns if broken and case.bad_columns else case.columns
            rows = [tuple(map(_stored, row)) for row in getattr(case, which)]
            store(root, case.table, columns, rows)

    return contract_of_expectations(), put


def _stored(cell: Any) -> Any:
    instant = isinstance(cell, str) and cell.endswith("+00:00")
    return datetime.fromisoformat(cell) if instant else cell
