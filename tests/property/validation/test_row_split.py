"""Good and bad rows together are the table, and each bad one names the rules that it breaks."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.validation.results import Status
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import CLOCK, outcomes, pin, store, validate
from tests.drawing import drawn
from tests.property.validation.test_failing_rows import CONTRACT, ROWS, TABLE, TYPES, broken

ORDERS = "shop.orders"
UNTOLD = "shop.orders.rising"
"""The oracle says nothing of order."""


def multiset(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(repr([row[name] for name in TYPES]) for row in rows)


@drawn(5)
@given(st.lists(ROWS, max_size=9))
def test_no_row_is_lost_or_doubled(rows: list[tuple[Any, ...]]):
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(folder)
        store(Path(folder), ORDERS, TYPES, rows, files=2)
        store(Path(folder), "shop.parents", {"id": "long"}, [(1,), (2,)])
        found = validate(CONTRACT, Path(folder))
        [result, _] = found.result.tables
        apart = split_rows(TABLE, result, pin(CONTRACT, Path(folder)), CLOCK)
        failed = {rule.id for rule in outcomes(found).values() if rule.status is Status.FAILED} - {
            UNTOLD
        }
        given_rows = warehouse.read(warehouse.open(ORDERS))
        if apart is None:
            assert not failed & {rule.id for rule in TABLE.rules}
            return
        with Staging(warehouse, "run") as staging:
            staging.write(ORDERS, given_rows)
            staging.split(ORDERS, apart.good(), apart.bad())
            good = warehouse.read(staging.open(ORDERS)).to_pylist()
            bad = warehouse.read(staging.open_quarantined(ORDERS)).to_pylist()
        assert multiset(good) + multiset(bad) == multiset(given_rows.to_pylist())
        assert len(bad) == apart.count > 0
        in_all = given_rows.to_pylist()
        by_hand = broken([tuple(row[name] for name in TYPES) for row in in_all])
        told = Counter(
            (repr([row[name] for name in TYPES]), tuple(sorted({*row["rule_ids"]} - {UNTOLD})))
            for row in bad
        )
        expected = Counter(
            (
                repr([row[name] for name in TYPES]),
                tuple(sorted({f"{ORDERS}.{rule}" for rule in breaks} & failed)),
            )
            for row, breaks in zip(in_all, by_hand, strict=True)
        )
        assert all(expected[row] >= count for row, count in told.items() if row[1])
        kept = expected - told
        assert all(not rules for _, rules in kept)
