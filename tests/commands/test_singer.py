"""Taps and targets as the command of a stage: by a pipe of ours, and by Meltano."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from spectra_gx import Project

ORDERS = Path("landing/orders.jsonl")
BY_MELTANO = 'command = "python meltano_el.py"'
WAYS = pytest.mark.parametrize("meltano", [False, True], ids=["pipe", "meltano"])


def choose(meltano: bool) -> None:
    """Let the stage be built by one of the two."""
    settings = Path("pyproject.toml")
    lines = settings.read_text().splitlines()
    lines[1] = BY_MELTANO if meltano else lines[1]
    settings.write_text("\n".join(lines) + "\n")


def delivered(*orders: tuple[int, str | None, str, str]) -> None:
    ORDERS.write_text(
        "".join(
            f'{{"id": {number}, "customer": {json.dumps(customer)}, "total": {total}, '
            f'"updated_at": "{day}T10:00:00+00:00"}}\n'
            for number, customer, total, day in orders
        )
    )


def published() -> dict[int, tuple[Any, ...]]:
    rows = DeltaTable("warehouse/Tables/shop/orders").to_pyarrow_table().to_pylist()
    return {
        row["id"]: (row["customer"], row["total"], row["updated_at"].date().isoformat())
        for row in rows
    }


@WAYS
def test_batches_begin_at_the_watermark(example, command, meltano):
    example("docs/examples/singer")
    choose(meltano)
    delivered((1, "ann", "19.90", "2026-11-18"), (2, None, "0.10", "2026-11-19"))
    assert command("run", "shop").code == 0
    # The first order changes without a newer instant, so the tap does not write it again.
    delivered(
        (1, "eve", "1.00", "2026-11-18"),
        (2, "bob", "0.30", "2026-11-20"),
        (3, "ann", "7.25", "2026-11-20"),
    )
    ended = command("run", "shop")
    assert ended.code == 0, ended.err
    assert "merge of 2 rows" in ended.out
    assert published() == {
        1: ("ann", Decimal("19.90"), "2026-11-18"),
        2: ("bob", Decimal("0.30"), "2026-11-20"),
        3: ("ann", Decimal("7.25"), "2026-11-20"),
    }


@WAYS
@pytest.mark.parametrize(
    "line",
    ["not json", '{"id": "x", "total": 1, "updated_at": "2026-11-20T10:00:00+00:00"}'],
    ids=["tap", "target"],
)
def test_half_a_pipe_publishes_nothing(example, meltano, line):
    root = example("docs/examples/singer")
    choose(meltano)
    with ORDERS.open("a") as landing:
        landing.write(line + "\n")
    ended = Project.open(root).run("shop")  # Meltano prints a traceback, which `command` refuses
    assert ended.exit_code == 3
    assert "ended with exit code 1; its output names why" in str(ended.error)
    assert not Path("warehouse/Tables/shop").exists()


def test_a_contract_that_fails_after_a_tap_publishes_nothing(example, command):
    example("docs/examples/singer")
    delivered((1, "ann", "-1.00", "2026-11-18"))
    ended = command("run", "shop")
    assert ended.code == 1
    assert "shop.orders.total.min (critical): 1 of 1 row" in ended.out
    assert not Path("warehouse/Tables/shop").exists()
