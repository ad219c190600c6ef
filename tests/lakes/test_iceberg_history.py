"""Earlier snapshots of Iceberg tables: checked by their ids, replayed, and found in the log."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyiceberg.manifest import DataFileContent
from pyiceberg.types import LongType

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import FileError, UsageError
from spectra_gx.review.replay.replayer import replay_rules
from spectra_gx.validation.snapshot.pinning import refuse_unpublished
from spectra_gx.warehouse.warehouse import Warehouse
from tests.lakes.iceberg import add_deletes, create

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyiceberg.table import Table as IcebergTable

    from spectra_gx.contract.model import StageContract

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Tests
tables:
  shop.visits:
    location: lake/visits
    format: iceberg
    extra_columns: allow
    rows: {max: 3}
    columns: {id: {type: long, unique: true}}
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IcebergTable:
    """Return a table of four snapshots: good, good, with a row twice, and with too many rows."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(CONTRACT)
    monkeypatch.chdir(tmp_path)
    table = create(tmp_path / "warehouse", "visits", pa.table({"id": [1]}))
    for rows in ([2], [2], [3]):
        table.append(pa.table({"id": rows}))
    return table


def _ids(table: IcebergTable) -> list[int]:
    return [one.snapshot_id for one in table.metadata.snapshots]


def _contract() -> StageContract:
    return parse_contract(CONTRACT.encode(), "shop.contract.yaml")


def test_a_snapshot_is_checked_by_its_id_with_the_clock_of_its_commit(
    made: IcebergTable, command: Callable[..., Any]
) -> None:
    found = {}
    for number, one in enumerate(made.metadata.snapshots):
        checked = command("check", "shop", "--version", str(one.snapshot_id), "--json", "--record")
        result = json.loads(checked.out)
        [table] = result["tables"]
        committed = datetime.fromtimestamp(one.timestamp_ms / 1000, UTC)
        assert (table["snapshot"], table["delta_version"]) == (str(one.snapshot_id), None)
        assert datetime.fromisoformat(result["as_of"]) == committed
        found[number] = (checked.code, table["rows"])
    assert found == {0: (0, 1), 1: (0, 2), 2: (1, 3), 3: (1, 4)}
    logged = command("log", "shop", "--json").out
    assert all(str(one) in logged for one in _ids(made))


def test_a_snapshot_that_is_not_there_is_named_with_those_that_are(
    made: IcebergTable, command: Callable[..., Any]
) -> None:
    checked = command("check", "shop", "--version", "7")
    assert checked.code == 3
    assert "has no snapshot 7; the newest that it has: " in checked.out
    assert all(str(one) in checked.out for one in _ids(made)[1:])


def test_changed_rules_are_replayed_on_the_snapshots_that_led_here(
    made: IcebergTable, tmp_path: Path, command: Callable[..., Any]
) -> None:
    ids = _ids(made)
    for _ in range(2):
        command("check", "shop", "--record")
    made.manage_snapshots().create_branch(ids[0], "other").commit()
    made.append(pa.table({"id": [9]}), branch="other")
    contract = _contract()
    warehouse = Warehouse(tmp_path / "warehouse")
    rules = {"shop.visits": {"shop.visits.rows", "shop.visits.id.unique"}}
    [replayed] = replay_rules(contract, rules, {"shop": contract}, warehouse, 3)
    assert [(one.version, str(one.verdict), one.rows) for one in replayed.versions] == [
        (ids[3], "failed", 4), (ids[2], "failed", 3), (ids[1], "passed", 2),
    ]  # fmt: skip
    then = [one.logged and one.logged.verdict for one in replayed.versions]
    assert then == ["failed", None, None]
    [all_of_them] = replay_rules(contract, rules, {"shop": contract}, warehouse, 9)
    assert [one.version for one in all_of_them.versions] == ids[::-1]


def test_other_tables_are_read_as_they_were(made: IcebergTable, tmp_path: Path) -> None:
    more = CONTRACT + "    rules: [{id: own, sql: 'select 1 from {shop.days} where d is null'}]\n"
    more += "  shop.days: {location: lake/days, format: iceberg, columns: {d: date}}\n"
    days = create(tmp_path / "warehouse", "days", pa.table({"d": [date(2026, 1, 1)]}))
    made.append(pa.table({"id": [4]}))
    days.append(pa.table({"d": pa.array([None], pa.date32())}))
    contract = parse_contract(more.encode(), "shop.contract.yaml")
    warehouse, rules = Warehouse(tmp_path / "warehouse"), {"shop.visits": {"shop.visits.own"}}
    [replayed] = replay_rules(contract, rules, {"shop": contract}, warehouse, 2)
    [after, before] = [version.rules[0] for version in replayed.versions]
    assert str(after.status) == "passed"
    assert str(before.status) == "errored"
    assert "did not exist yet" in before.message


def test_a_snapshot_has_the_columns_that_it_was_written_with(tmp_path: Path) -> None:
    table = create(tmp_path / "warehouse", "visits", pa.table({"id": [1]}))
    with table.update_schema() as update:
        update.rename_column("id", "number")
        update.add_column("more", LongType())
    table.append(pa.table({"number": [2], "more": [3]}))
    [visits] = _contract().tables
    warehouse = Warehouse(tmp_path / "warehouse")
    assert warehouse.pin_files(visits, _ids(table)[0]).types == {"id": "long"}
    assert warehouse.pin_files(visits).types == {"number": "long", "more": "long"}


def test_a_snapshot_before_deletes_by_equality_is_read(tmp_path: Path) -> None:
    table = create(tmp_path / "warehouse", "visits", pa.table({"id": [1, 2]}))
    before = table.metadata.current_snapshot_id
    add_deletes(table, pa.table({"id": [1]}), DataFileContent.EQUALITY_DELETES, [1])
    [visits] = _contract().tables
    warehouse = Warehouse(tmp_path / "warehouse")
    assert warehouse.pin_files(visits, before).version == str(before)
    with pytest.raises(FileError, match="has equality deletes"):
        warehouse.pin_files(visits)


def test_a_backfill_is_refused() -> None:
    with pytest.raises(UsageError, match="stored as iceberg files, which no run publishes"):
        refuse_unpublished(_contract().tables)
