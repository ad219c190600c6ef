"""Tables checked in several processes: what one after another finds, and nothing left behind."""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from spectra_gx.causes import Cause
from spectra_gx.engines.snapshot import PinnedTable
from spectra_gx.store.addresses import StoreKind
from spectra_gx.validation.run import stage
from spectra_gx.validation.run.parallel import validate_in_parallel
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.run.worker_plan import WorkerPlan
from spectra_gx.warehouse.warehouse import Warehouse
from tests.conftest import REPOSITORY
from tests.contract.checking import contract_of, inputs_of, job_of, store

SECRET = "fake-secret-value-0123456789"
SHOP = """
    shop.orders:
      primary_key: [id]
      columns:
        id: {type: long, required: true}
        customer: {type: long}
        code: {type: string, pattern: "^[a-z]+$", classification: confidential}
      rules:
        - {id: known, references: {columns: [customer], table: shop.customers, to: [id]}}
    shop.customers:
      primary_key: [id]
      columns:
        id: {type: long, required: true}
    shop.missing:
      columns:
        id: {type: long}
    shop.short:
      columns:
        id: {type: long, min: 5}
        gone: {type: long, min: 5}
"""
ONE, TWO = WorkerPlan(1, 1), WorkerPlan(2, 1)


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "a warehouse"
    orders = {"id": "long", "customer": "long", "code": "string"}
    store(root, "shop.orders", orders, [[1, 1, "ok"], [2, 9, SECRET], [2, 1, None]], files=2)
    store(root, "shop.customers", {"id": "long"}, [[1], [2]])
    store(root, "shop.short", {"id": "long"}, [[4], [5]])
    return root


@pytest.fixture
def contract():
    return contract_of(SHOP)


def validate(contract, root, began=lambda _: None, share=TWO):
    found = {}
    validate_in_parallel(
        inputs_of(contract, root),
        contract.tables,
        share,
        began,
        lambda one: found.update({one.result.table: one}),
    )
    return found


def children() -> list[int]:
    """Return the workers that this process has started and not seen the end of."""
    tasks = Path("/proc/self/task").glob("*/children")
    started = [int(child) for task in tasks for child in task.read_text().split()]
    return [
        one
        for one in started
        if b"validation.run.worker" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]


def timeless(one):
    """Return what was found without what GX draws at random, and without times."""
    gx = one.gx.to_json_dict() if one.gx else None
    if gx is not None:
        del gx["meta"]["batch_markers"], gx["meta"]["validation_id"], gx["meta"]["checkpoint_id"]
        for result in gx["results"]:
            del result["expectation_config"]["id"]
    return replace(one.result, duration_seconds=0), gx, one.identifier


def whole(contract, root):
    return validate_stage(job_of(contract, root))


def test_both_ways_find_the_same_in_the_same_order(shop, contract, monkeypatch):
    alone = whole(contract, shop)
    monkeypatch.setattr(stage, "plan_workers", lambda *_: TWO)
    beside = whole(contract, shop)

    assert [*map(timeless, beside.checkpoints)] == [*map(timeless, alone.checkpoints)]
    assert [str(one.result.verdict) for one in beside.checkpoints] == [
        "failed",
        "passed",
        "errored",
        "errored",
    ]
    assert replace(beside.result, tables=()) == replace(alone.result, tables=())
    assert SECRET not in repr(asdict(beside.result))


def test_the_table_of_a_worker_that_is_killed_is_errored(shop, contract):
    killed = []

    def kill_it(table):
        killed.append(table.name)
        for child in children():
            os.kill(child, signal.SIGKILL)

    found = validate(contract, shop, kill_it, ONE)
    assert killed == ["shop.orders"]
    [(name, one)] = found.items()
    assert (name, str(one.result.verdict), one.gx) == ("shop.orders", "errored", None)
    assert len(one.result.rules) == len(contract.table("shop.orders").rules)
    [message] = {rule.message for rule in one.result.rules}
    assert {rule.cause for rule in one.result.rules} == {Cause.WORKER_DIED}
    assert message == (
        "could not be evaluated: the process that checked it died (SIGKILL), perhaps because "
        "memory ran out; run again, with ENGINE_CPUS=1 if it happens again"
    )


def test_what_no_worker_takes_is_judged_here(shop, contract, monkeypatch):
    monkeypatch.setattr(stage, "plan_workers", lambda *_: TWO)
    monkeypatch.setattr("spectra_gx.validation.run.parallel._PROGRAM", "raise SystemExit(3)")
    assert [str(one.result.verdict) for one in whole(contract, shop).checkpoints] == [
        "failed",
        "passed",
        "errored",
        "errored",
    ]


def test_an_interrupt_ends_every_worker(shop, contract):
    seen = []

    def interrupt(_):
        seen.extend(children())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        validate(contract, shop, interrupt)
    assert len(seen) == 2
    assert not set(seen) & set(children())


def test_workers_end_when_who_started_them_is_killed(shop, tmp_path):
    """Each is waited for by the kernel's own word; it would go on for ever otherwise."""
    script = tmp_path / "script.py"
    script.write_text(
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.integration.validation.test_parallel import *\n"
        "def begin(_):\n"
        "    print(*children(), flush=True)\n"
        "    sys.stdin.read()\n"
        "validate(contract_of(SHOP), Path(sys.argv[1]), begin)\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script), str(shop)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as parent:
        workers = [os.pidfd_open(int(child)) for child in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
        for worker in workers:
            assert select.select([worker], [], [], 60)[0], "a worker outlives who started it"
            os.close(worker)


def test_a_table_that_is_replaced_meanwhile_is_errored(shop, contract, caplog):
    def replaced(table):
        folder = Path(Warehouse(shop).table_uri("shop.customers"))
        if table.name == "shop.orders":
            shutil.rmtree(folder)
            store(shop, "shop.customers", {"id": "long"}, [[1]])

    only = replace(contract, tables=contract.tables[:2])
    with caplog.at_level(logging.DEBUG, logger="spectra_gx"):
        found = validate(only, shop, replaced, share=ONE)
    assert str(found["shop.customers"].result.verdict) == "errored"
    [message] = {rule.message for rule in found["shop.customers"].result.rules}
    assert "`shop.customers` was replaced while it was read" in message
    assert found["shop.customers"].result.cause is Cause.SNAPSHOT_CHANGED
    assert "`shop.customers` cannot be checked" in caplog.text, "what a worker logs is logged here"


def test_a_worker_is_told_nothing_that_others_can_read(shop, contract, object_store):
    """Credentials of an object store go through the pipe alone."""
    served = object_store(StoreKind.S3)
    root = served.new_root()
    served.upload(shop, root)
    delta = Warehouse(root, served.access).open("shop.customers")
    inputs = inputs_of(contract, shop)
    inputs.snapshot.tables["shop.customers"] = PinnedTable(
        "shop.customers", delta, delta.version(), {"id": "long"}
    )
    seen, found = [], {}

    def look(_):
        seen.extend(
            Path(f"/proc/{child}/{file}").read_bytes()
            for child in children()
            for file in ("cmdline", "environ")
        )

    def keep(outcome):
        found[outcome.result.table] = outcome

    validate_in_parallel(inputs, contract.tables[1:2], ONE, look, keep)
    assert str(found["shop.customers"].result.verdict) == "passed", "a worker reads the bucket"
    assert len(seen) == 2
    secret = served.options["aws_secret_access_key"].encode()
    assert not any(secret in read for read in seen)
