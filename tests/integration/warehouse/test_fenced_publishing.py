"""Who publishes under a lock that can be lost, and what an answer that was lost leaves behind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.answers import LOCK_LOST, STORE_FAILED
from spectra_gx.warehouse.delta import writes
from spectra_gx.warehouse.delta.lost_answers import version_despite
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.roll_forward import finish_pending, publish_batch
from spectra_gx.warehouse.staging import Staging, sweep
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.publications import NAME, batch, prepare, publish, rows_of

if TYPE_CHECKING:
    from deltalake import DeltaTable

APPEND = PublishOptions(PublishMode.APPEND)
DATA = pa.table({"id": pa.array([5], pa.int64()), "day": ["mon"]})


@dataclass
class Lease:
    """A lock with a token, which somebody else takes after some checks."""

    token: int = 7
    checks: int | None = None
    """How many it passes; all without it."""

    passed: list[int] = field(default_factory=list)

    def check(self) -> None:
        if self.checks is not None and len(self.passed) >= self.checks:
            raise WarehouseError("the lock was lost", code=LOCK_LOST, retryable=True)
        self.passed.append(self.token)


class Unanswered(Warehouse):
    """A warehouse whose commits are not made, and not answered either."""

    def open(self, name: str, version: int | None = None) -> Any:
        return _Unanswered(super().open(name, version))


class _Unanswered:
    def __init__(self, table: DeltaTable) -> None:
        self._table = table

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def __arrow_c_stream__(self, *_: object) -> Any:
        raise NotImplementedError

    def create_write_transaction(self, *_: object, **__: object) -> None:
        raise OSError("Generic S3 error: Error performing PUT http://x/?sig=fake-token: reset")


def published_by(warehouse: Warehouse, version: int) -> dict[str, Any]:
    log = Path(warehouse.table_uri(NAME), "_delta_log", f"{version:020}.json")
    actions = map(json.loads, log.read_text().splitlines())
    [info] = [action["commitInfo"] for action in actions if "commitInfo" in action]
    found: dict[str, Any] = info["spectra_gx"]
    return found


def fail(warehouse: Warehouse, publishing: Warehouse) -> WarehouseError:
    """Prepare a batch and publish it, which fails; return with what."""
    with Staging(warehouse, "run_b2") as staging:
        publication = prepare(warehouse, staging, DATA, APPEND)
        with pytest.raises(WarehouseError) as failed:
            publish_batch(publishing, staging, batch("b2"), [publication])
    return failed.value


def test_a_commit_names_the_token_of_its_lock(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    lease = warehouse.fence = Lease()
    publish(warehouse, "b1", DATA, APPEND)
    assert published_by(warehouse, 0)["lock_token"] == 7
    assert lease.passed


@pytest.mark.parametrize("checks", [0, 1])
def test_who_lost_its_lock_publishes_nothing_and_clears_nothing_away(
    tmp_path: Path, checks: int
) -> None:
    """Whoever has the lock now may just be finishing that batch."""
    warehouse = Warehouse(tmp_path)
    publish(warehouse, "b1", DATA, APPEND)
    warehouse.fence = Lease(checks=checks)
    assert fail(warehouse, warehouse).code == LOCK_LOST
    assert rows_of(warehouse) == [(5, "mon")]
    warehouse.fence = Lease(8)
    assert sweep(warehouse) == []
    [completed] = finish_pending(warehouse, "shop", [NAME])
    assert completed.published == {NAME: 1}
    assert published_by(warehouse, 1)["lock_token"] == 8
    assert rows_of(warehouse) == [(5, "mon"), (5, "mon")]


def test_a_commit_that_may_still_be_applied_is_finished_by_the_next_run(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    publish(warehouse, "b1", DATA, APPEND)
    error = fail(warehouse, Unanswered(tmp_path))
    assert error.code == STORE_FAILED
    assert "fake-token" not in error.message
    assert error.message.endswith("which finishes what this run may have published")
    [completed] = finish_pending(warehouse, "shop", [NAME])
    assert completed.published == {NAME: 1}


def test_after_an_error_of_a_write_the_table_is_looked_at(tmp_path: Path) -> None:
    place, error = Warehouse(tmp_path).place(NAME), WarehouseError("no answer")
    with pytest.raises(WarehouseError, match="no answer"):
        version_despite(error, place, NAME, -1, "run")
    assert writes.replace(None, place, NAME, DATA, execution_id="run") == 0
    assert version_despite(error, place, NAME, -1, "run") == 0
    for execution_id, after in (("other", -1), ("run", 0)):
        with pytest.raises(WarehouseError, match="no answer"):
            version_despite(error, place, NAME, after, execution_id)
