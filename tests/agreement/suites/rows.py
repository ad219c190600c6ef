"""Every case of a rule about rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contract.checking import contract_of, store
from tests.contract.order_cases import CASES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agreement.suites.suite import Suite

PARENTS = "shop.parents:\n  columns:\n    a: {type: string}\n    b: {type: long}\n"


def row_rules(which: str) -> Suite:
    """Every case of a rule about rows, on tables that keep it or break it."""

    def put(root: Path) -> None:
        store(root, "shop.parents", {"a": "string", "b": "long"}, [("a", 1), ("b", 1)])
        for case in CASES:
            store(root, case.table, case.columns, case.rows(getattr(case, which)))

    return contract_of(PARENTS + "\n".join(case.yaml for case in CASES)), put
