"""What somebody who watches is told while tables are checked."""

from __future__ import annotations

import json
from pathlib import Path

from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of, job_of, store
from tests.fakes.progress import FakeProgress

SHOP = """
    shop.orders:
      columns:
        id: {type: long, unique: true}
    shop.customers:
      columns:
        id: {type: long}
    shop.missing:
      columns:
        id: {type: long}
"""


def watched(root):
    contract = contract_of(SHOP)
    progress = FakeProgress()
    validate_stage(job_of(contract, root, progress=progress))
    return progress.seen


def test_each_table_is_told_when_it_begins_and_when_it_ends(tmp_path):
    store(tmp_path, "shop.orders", {"id": "long"}, [[1], [2], [2]], files=2)
    store(tmp_path, "shop.customers", {"id": "long"}, [[1], [2]])
    assert watched(tmp_path) == [
        ("began", "shop.orders", 3),
        ("ended", "shop.orders", "failed"),
        ("began", "shop.customers", 2),
        ("ended", "shop.customers", "passed"),
        ("began", "shop.missing", None),
        ("ended", "shop.missing", "errored"),
    ]


def test_rows_that_only_a_scan_can_count_are_not_told(tmp_path):
    store(tmp_path, "shop.orders", {"id": "long"}, [[1], [2], [3]])
    store(tmp_path, "shop.customers", {"id": "long"}, [[1], [2]])
    folder = Path(Warehouse(tmp_path).table_uri("shop.customers"))
    for commit in folder.glob("_delta_log/*.json"):
        actions = [json.loads(line) for line in commit.read_text().splitlines()]
        for action in actions:
            action.get("add", {}).pop("stats", None)
        commit.write_text("\n".join(map(json.dumps, actions)))
    began = [seen for seen in watched(tmp_path) if seen[0] == "began"]
    assert began[:2] == [("began", "shop.orders", 3), ("began", "shop.customers", None)]
