"""Runs stopped or killed on an object store: what they leave, and what the next one does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.store.addresses import StoreKind
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import LOCKS, STAGING, Warehouse
from tests.fakes.stages import StageProject
from tests.fakes.stores.fault_proxy import Fault, FaultProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.events:
    primary_key: [batch]
    columns:
      batch: {type: string, required: true}
  shop.latest:
    primary_key: [name]
    columns:
      name: {type: string, required: true}
      batch: {type: string, required: true}
"""
BUILDERS = """\
import time
from pathlib import Path

import pyarrow as pa

from spectra_gx import table

HERE = Path(__file__).parent


@table("shop.events", publish="append")
def events(run):
    (HERE / "building").touch()
    while (HERE / "wait").exists():
        time.sleep(0.01)
    return pa.table({"batch": [run.batch_id]})


@table("shop.latest", publish="merge")
def latest(run):
    return pa.table({"name": ["shop"], "batch": [run.batch_id]})
"""
LEASE = 10
"""Seconds that a lock outlives its process here: nobody waits a minute."""

COMMAND = f"""
import sys
from spectra_gx.cli import main
from spectra_gx.store.bucket import BucketStore
BucketStore.__init__.__defaults__ = ({LEASE}.0,)
sys.exit(main(sys.argv[1:]))
"""
COMMIT = r"Tables/shop/{}/_delta_log/\d{{20}}\.json"


@dataclass
class Shop:
    """A project whose warehouse is in a store, behind a proxy that can spoil requests."""

    project: StageProject
    root: str
    spoiled: ServedStore
    warehouse: Warehouse
    """Past the proxy."""

    proxy: FaultProxy

    def start(self, batch: str) -> subprocess.Popen[str]:
        """Start a run of a batch."""
        typed = ["run", "shop", "--batch-id", batch, "--wait", "90", "--json"]
        environment = {**os.environ, **self.spoiled.settings, "WAREHOUSE": self.root}
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *typed, "--project", str(self.project.root)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, batch: str) -> dict[str, Any]:
        """Run a batch, which has to succeed; return its answer."""
        with self.start(batch) as process:
            out, err = process.communicate()
        assert process.returncode == 0, out + err
        answer: dict[str, Any] = json.loads(out)
        return answer

    def start_building(self, batch: str) -> subprocess.Popen[str]:
        """Start a run and wait until its first builder waits."""
        stages = self.project.root / "stages"
        (stages / "building").unlink(missing_ok=True)
        (stages / "wait").touch()
        process = self.start(batch)
        until((stages / "building").exists, process)
        return process

    def start_publishing(self, batch: str, table: str) -> subprocess.Popen[str]:
        """Start a run and wait until it is in the midst of a table's commit."""
        self.proxy.put(Fault("slow", "PUT", COMMIT.format(table)))
        process = self.start(batch)
        until(lambda: any(one.did for one in self.proxy.seen()), process)
        return process

    def go_on(self) -> None:
        """Let builders wait no longer."""
        (self.project.root / "stages" / "wait").unlink(missing_ok=True)

    def logged(self) -> list[dict[str, Any]]:
        """Return the rows of runs in the log."""
        return DeltaActivityLog(self.warehouse, "shop").runs("run")

    def rows(self, table: str) -> Counter[str]:
        """Return batch → how often a table has it."""
        if not self.warehouse.exists(table):
            return Counter()
        rows = self.warehouse.read(self.warehouse.open(table)).to_pylist()
        return Counter(row["batch"] for row in rows)

    def left(self) -> tuple[list[str], dict[str, str]]:
        """Return what is staged, and who has a lock."""
        store = self.warehouse.store
        return sorted(store.sizes(STAGING)), store.held_locks(LOCKS)


def until(met: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for something that a process does."""
    while not met():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)  # what it does is what we wait for


@pytest.fixture(params=StoreKind)
def shop(
    request: pytest.FixtureRequest,
    object_store: Callable[[StoreKind], ServedStore],
    tmp_path: Path,
) -> Iterator[Shop]:
    served = object_store(request.param)
    project = StageProject(tmp_path, CONTRACT, {"stages/shop.py": BUILDERS})
    with served.behind_proxy() as (spoiled, proxy):
        proxy.put()
        root = served.new_root()
        yield Shop(project, root, spoiled, Warehouse(root, served.access), proxy)


def test_a_run_that_is_stopped_says_so_and_leaves_nothing(shop: Shop) -> None:
    with shop.start_building("b1") as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate()
    assert process.returncode == 3, err
    assert json.loads(out)["error"]["category"] == "interrupted"
    assert "Traceback" not in out + err

    [row] = shop.logged()
    assert (row["status"], row["error_message"]) == ("Failed", "interrupted; run it again")
    assert shop.left() == ([], {})
    assert shop.rows("shop.events") == Counter()
    shop.go_on()
    shop.run("b1")
    assert shop.rows("shop.events") == {"b1": 1}
    assert [row["status"] for row in shop.logged()] == ["Failed", "Success"]


def test_a_run_that_is_stopped_while_it_publishes_is_completed_by_the_next(shop: Shop) -> None:
    shop.run("b1")
    with shop.start_publishing("b2", "events") as process:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate()
    assert process.returncode == 3, err
    assert "Traceback" not in out + err
    assert [row["status"] for row in shop.logged()] == ["Success", "Failed"]
    assert shop.left()[1] == {}

    shop.proxy.put()
    shop.run("b2")
    assert shop.rows("shop.events") == {"b1": 1, "b2": 1}
    assert shop.rows("shop.latest") == {"b2": 1}
    assert shop.left() == ([], {})


def test_a_run_that_is_killed_while_it_publishes_is_completed_by_the_next(shop: Shop) -> None:
    with shop.start_publishing("b1", "latest") as process:
        process.kill()
        process.communicate()
    assert shop.rows("shop.events") == {"b1": 1}
    assert shop.logged() == []

    shop.proxy.put()
    shop.run("b2")
    assert shop.rows("shop.events") == {"b1": 1, "b2": 1}
    assert shop.rows("shop.latest") == {"b2": 1}
    found = [(row["batch_id"], row["status"]) for row in shop.logged()]
    assert found == [("b1", "Success"), ("b2", "Success")]
    assert shop.left() == ([], {})


def test_what_a_run_left_that_was_killed_while_it_built_is_cleared_away(shop: Shop) -> None:
    with shop.start_building("b1") as process:
        process.kill()
        process.communicate()
    staged, _ = shop.left()
    assert staged
    store = shop.spoiled.store(shop.root, LEASE)
    while not store.abandoned(STAGING):
        time.sleep(0.1)  # its lease ends by the store's clock alone
    shop.go_on()
    answer = shop.run("b1")
    assert len(answer["dead_runs"]) == 1
    assert shop.rows("shop.events") == {"b1": 1}
    assert shop.left() == ([], {})
