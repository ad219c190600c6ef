"""Released rows go through what the rows of a batch go through, in every publish mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.errors import WarehouseError
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.rollback_run import roll_back_batch
from spectra_gx.runner.quarantine.leaving_rows import LeavingRows
from spectra_gx.runner.quarantine.release import Release, release
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.quarantine_tables import Quarantine
from tests.contract.checking import contract_of
from tests.fakes.builders import Shop
from tests.fakes.runs import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.contract.model import StageContract

ORDERS, ASIDE = "shop.orders", "quarantine.shop_orders"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
KEYED, NO_KEY = "primary_key: [id]", "rows: {min: 0}"
MERGE = PublishOptions(PublishMode.MERGE, delete_where="state = 'gone'")
APPEND = PublishOptions(PublishMode.APPEND, watermark="at")
SLICE = PublishOptions(PublishMode.REPLACE_WHERE, replace_where="day = 1")


def contract(limit: int = 10, key: str = KEYED) -> StageContract:
    """Orders whose amount must not exceed a limit, the mistake that is corrected afterwards."""
    return contract_of(
        f"""
        shop.orders:
          quarantine: true
          {key}
          columns:
            id: long
            state: string
            amount: {{type: long, max: {limit}}}
            day: long
            at: timestamp
        """
    )


def order(number: int, amount: int = 1, day: int = 1, state: str = "new", at: Any = DAY) -> Any:
    return {"id": number, "state": state, "amount": amount, "day": day, "at": at}


class Stage:
    """A stage of one table, whose limit is corrected before rows are released."""

    def __init__(self, root: Path, options: PublishOptions, key: str = KEYED) -> None:
        self.shop = Shop(root, contract(key=key))
        self.shop.options = {ORDERS: options}
        self._later = contract(1000, key)

    def run(self, *rows: Any, **parameters: Any) -> None:
        ended = self.shop.run({ORDERS: rows}, **parameters)
        assert ended.published, ended.error

    def release(self, run: str = "run_1", now: datetime | None = None) -> Release:
        name = f"release_of_{run}"
        started = now or datetime.now(UTC)
        identity = replace(IDENTITY, execution_id=name, batch_id=name, started=started)
        later = self.shop.contract = self._later
        return release(
            later, {later.name: later}, later.table(ORDERS), run, self.shop.warehouse,
            self.shop.log, identity, self.shop.options[ORDERS],
        )  # fmt: skip

    def ids(self, name: str = ORDERS) -> list[int]:
        return sorted(row["id"] for row in self.shop.rows(name))


def kept(released: Release) -> dict[str, int]:
    return {one.reason: one.rows for one in released.kept}


def test_a_row_that_would_delete_is_not_published(tmp_path: Path):
    """It was quarantined as an ordinary row, and `delete_where` applies since."""
    stage = Stage(tmp_path, replace(MERGE, delete_where=None))
    far = datetime(2099, 1, 1, tzinfo=UTC)
    stage.run(order(1), order(2), order(3, 50, at=far), order(4, 50))
    stage.shop.options = {ORDERS: replace(MERGE, delete_where="at < {now}")}
    released = stage.release()
    assert (released.released, kept(released)) == (1, {"deletes": 1})
    assert released.kept[0].message == (
        "1 row would delete, by `delete_where`, `at < {now}`; a release only adds rows"
    )
    assert (stage.ids(), stage.ids(ASIDE)) == ([1, 2, 3], [4])
    alone = stage.release()
    assert (alone.released, alone.left, alone.exit_code) == (0, 1, 1)


def test_a_key_that_was_deleted_since_stays_deleted(tmp_path: Path):
    stage = Stage(tmp_path, MERGE)
    stage.run(order(1), order(2))
    stage.run(order(1, 50), order(3, 50))
    stage.run(order(1, state="gone"))
    released = stage.release("run_2")
    assert (kept(released), stage.ids()) == ({"deleted": 1}, [2, 3])
    assert "later batches of `shop.orders` had 1 row that delete" in released.notes[0]


def test_what_full_built_again_counts(tmp_path: Path):
    """The row that was bad is good now, with another id: it must not be there twice."""
    stage = Stage(tmp_path, APPEND, NO_KEY)
    stage.run(order(1), order(2, 50))
    stage.run(order(1), order(20), full=True)
    released = stage.release()
    assert (released.released, kept(released), stage.ids()) == (0, {"replaced": 1}, [1, 20])
    assert "batch `run_2` has replaced since" in released.kept[0].message


def test_a_slice_that_was_built_again_counts(tmp_path: Path):
    stage = Stage(tmp_path, SLICE)
    stage.run(order(1), order(2, 50))
    stage.shop.options = {ORDERS: replace(SLICE, replace_where="day = 2")}
    stage.run(order(3, day=2), order(4, 50, day=2))
    assert (stage.release().released, stage.ids()) == (1, [1, 2, 3])
    stage.run(order(5, day=2))
    stage.shop.options = {ORDERS: SLICE}  # what a commit replaced is what it says
    released = stage.release("run_2")
    assert (released.released, kept(released), stage.ids()) == (0, {"replaced": 1}, [1, 2, 5])


def test_a_batch_that_was_taken_back_has_replaced_nothing(tmp_path: Path):
    stage = Stage(tmp_path, SLICE)
    stage.run(order(1), order(2, 50))
    stage.run(order(5))
    identity = replace(IDENTITY, execution_id="back", batch_id="back")
    roll_back_batch(
        stage.shop.contract, RunParameters(rollback="run_2"), identity, stage.shop.warehouse,
        stage.shop.log,
    )  # fmt: skip
    assert (stage.release().released, stage.ids()) == (1, [1, 2])


def test_nothing_tells_rows_without_a_key_apart_once_their_table_was_replaced(tmp_path: Path):
    stage = Stage(tmp_path, PublishOptions(), NO_KEY)
    stage.run(order(1), order(2, 50))
    stage.run(order(1), order(2))
    released = stage.release()
    assert (released.released, kept(released), stage.ids()) == (0, {"replaced": 1}, [1, 2])


def test_a_row_that_the_next_batch_builds_again_waits_for_it(tmp_path: Path):
    """The watermark counts no quarantined row from the future, so that it comes again."""
    stage = Stage(tmp_path, APPEND, NO_KEY)
    soon = datetime.now(UTC) + timedelta(hours=1)
    stage.run(order(1), order(2, 50, at=soon), order(3, 50), order(4, 50, at=None))
    released = stage.release(now=soon + timedelta(hours=1))
    assert (released.released, kept(released), stage.ids()) == (2, {"later": 1}, [1, 3, 4])


def test_a_row_from_the_future_does_not_get_ahead_of_the_clock(tmp_path: Path):
    """It would make every later row of its key an older one."""
    stage = Stage(tmp_path, replace(MERGE, order_by="at"))
    stage.run(order(1), order(2, 50, at=datetime(2099, 1, 1, tzinfo=UTC)), order(3, 50))
    stage.shop.options = {ORDERS: replace(MERGE, order_by="at", watermark="at")}
    assert (kept(stage.release()), stage.ids()) == ({"future": 1}, [1, 3])


def test_rows_that_somebody_overwrote_are_not_added_to(tmp_path: Path):
    """Another engine replaced the table, and its commit says so."""
    stage = Stage(tmp_path, APPEND)
    stage.run(order(1), order(2, 50))
    uri = stage.shop.warehouse.table_uri(ORDERS)
    rows = DeltaTable(uri).to_pyarrow_table()
    write_deltalake(uri, rows, mode="overwrite")
    assert kept(stage.release()) == {"replaced": 1}


def test_a_write_beside_a_release_stops_it(tmp_path: Path):
    """Another engine adds the same key after the rows were checked."""
    stage = Stage(tmp_path, APPEND)
    stage.run(order(1), order(2, 50))
    warehouse = stage.shop.warehouse
    quarantine = Quarantine(warehouse, stage.shop.contract.name)
    checked = LeavingRows(quarantine, warehouse.open(ORDERS), ORDERS, "run_1")
    uri = warehouse.table_uri(ORDERS)
    schema = DeltaTable(uri).to_pyarrow_table().schema
    write_deltalake(uri, pa.Table.from_pylist([order(2)], schema=schema), mode="append")
    with pytest.raises(WarehouseError):
        checked.release(warehouse, "release_of_run_1")
    assert stage.ids() == [1, 2]
    assert (stage.release().released, stage.ids(), stage.ids(ASIDE)) == (0, [1, 2], [2])
