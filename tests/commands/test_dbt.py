"""dbt as the command of a stage: its models, tests, exit codes and logs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

ORDERS = Path("dbt/seeds/raw_orders.csv")


def published() -> dict[int, tuple[Any, ...]]:
    """Return the published orders, by their id."""
    rows = DeltaTable("warehouse/Tables/shop/orders").to_pyarrow_table().to_pylist()
    return {
        row["id"]: (row["status"], row["total"], row["updated_at"].date().isoformat())
        for row in rows
    }


def test_batches_begin_at_the_watermark(example, command):
    example("docs/examples/dbt")
    first = command("run", "shop", "--json")
    assert first.code == 0, first.err
    assert json.loads(first.out)["verdict"] == "passed"
    assert "OK created sql table model main.orders" in first.err
    assert "Running with dbt=" in Path("dbt/logs/dbt.log").read_text()
    assert published() == {
        1: ("sent", Decimal("19.90"), "2026-11-18"),
        2: ("paid", Decimal("5.00"), "2026-11-19"),
        3: ("open", Decimal("0.00"), "2026-11-20"),
    }

    # The first order changes without a newer instant, so it is not in the batch.
    changed = ORDERS.read_text().replace("19.90", "1.00").replace("open,0.00", "paid,2.00")
    ORDERS.write_text(changed + "4,2,open,1.50,2026-11-21 09:00:00+00\n")
    second = command("run", "shop")
    assert second.code == 0, second.err
    assert "merge of 2 rows" in second.out
    newest = {
        1: ("sent", Decimal("19.90"), "2026-11-18"),
        2: ("paid", Decimal("5.00"), "2026-11-19"),
        3: ("paid", Decimal("2.00"), "2026-11-20"),
        4: ("open", Decimal("1.50"), "2026-11-21"),
    }
    assert published() == newest

    ORDERS.write_text("".join(changed.splitlines(keepends=True)[:2]))
    none = command("run", "shop")
    assert none.code == 0, none.err
    assert published() == newest


def test_a_model_that_cannot_be_built_is_no_bad_data(example, command):
    example("docs/examples/dbt")
    Path("dbt/models/customers.sql").write_text("SELECT nothing FROM {{ ref('raw_customers') }}")
    ended = command("run", "shop")
    assert ended.code == 3
    assert "ended with exit code 2; its output names why" in ended.out + ended.err
    assert 'Referenced column "nothing" not found' in ended.err
    assert not Path("warehouse/Tables/shop").exists()
