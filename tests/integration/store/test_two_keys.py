"""Tables of two tenants in one process, in threads: each is asked for with its own key, and goes on
when that has been renewed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.contract.model import Column, Table
from spectra_gx.contract.settings_file import SettingsFile
from spectra_gx.errors import WarehouseError
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.credentials.declarations import read_credentials
from spectra_gx.store.credentials.named_credentials import READ_AGAIN, NamedCredentials
from spectra_gx.store.credentials.sources import SecretSources
from spectra_gx.warehouse.delta import reads
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes import key_front, s3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECLARED = """\
[tool.spectra-gx.credentials.{name}]
aws_access_key_id = "file:{name}-key"
aws_secret_access_key = "env:SECRET"
aws_endpoint_url = "env:ENDPOINT"
allow_http = true
"""
START = datetime(2026, 1, 31, 12, tzinfo=UTC)
ORDERS = Table("shop.orders", (Column("x", "long", ()),), (), location="s3://lake/a/orders")
PARTNERS = replace(ORDERS, name="shop.partners", location="s3://lake/b/partners")


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def front(tmp_path: Path) -> Iterator[key_front.KeyFront]:
    for served in s3.serve():
        for place in ("a/orders", "b/partners"):
            write_deltalake(tmp_path / "made" / place, pa.table({"x": [1, 2, 3]}))
        served.upload(tmp_path / "made" / "a", "a")
        served.upload(tmp_path / "made" / "b", "b")
        with key_front.serve(served.address, tmp_path / "front") as front:
            yield front


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def warehouse(front: key_front.KeyFront, clock: Clock, tmp_path: Path) -> Warehouse:
    declared = "".join(DECLARED.format(name=name) for name in ("ours", "theirs"))
    (tmp_path / "pyproject.toml").write_text(declared)
    for name in ("ours", "theirs"):
        (tmp_path / f"{name}-key").write_text(f"{name}-1")
    variables = {"SECRET": "fake-secret", "ENDPOINT": front.address}
    named = NamedCredentials(
        read_credentials(SettingsFile(tmp_path)), SecretSources(tmp_path, variables.get), clock
    )
    return Warehouse(tmp_path / "lake", StoreAccess(named=named))


def test_a_warehouse_is_opened_by_its_own(warehouse, front):
    ours = Warehouse("s3://lake/w", warehouse._access, credentials="ours")
    ours.write("shop.made", pa.table({"x": [1]}), execution_id="run")
    assert reads.read(ours.open("shop.made")).to_pylist() == [{"x": 1}]
    partners = replace(PARTNERS, credentials="theirs")
    assert reads.read(ours.open_declared(partners)).num_rows == 3
    assert {key for key, path in front.asked if path.startswith("/lake/w/")} == {"ours-1"}
    assert {key for key, path in front.asked if path.startswith("/lake/b/")} == {"theirs-1"}


def test_each_table_is_asked_for_with_its_own_key_only(warehouse, front):
    tables = [replace(ORDERS, credentials="ours"), replace(PARTNERS, credentials="theirs")]
    read: list[int] = []

    def read_often(table: Table) -> None:
        read.extend(reads.row_count(warehouse.open_declared(table)) for _ in range(3))

    threads = [threading.Thread(target=read_often, args=[table]) for table in tables * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [3] * 12
    keys = {path.split("/")[2]: key for key, path in front.asked if path.count("/") > 1}
    assert keys == {"a": "ours-1", "b": "theirs-1"}
    assert {key for key, path in front.asked if path.startswith("/lake/a/")} == {"ours-1"}
    assert {key for key, path in front.asked if path.startswith("/lake/b/")} == {"theirs-1"}


def test_an_open_handle_goes_on_with_renewed_credentials(warehouse, front, clock, tmp_path):
    handle = warehouse.open_declared(replace(ORDERS, credentials="ours"))
    assert reads.read(handle).num_rows == 3
    front.expire("ours-1")
    with pytest.raises(WarehouseError):
        reads.read(handle)
    (tmp_path / "ours-key").write_text("ours-2")
    clock.now = START + READ_AGAIN + timedelta(seconds=1)
    assert reads.read(handle).num_rows == 3
    assert ("ours-2", "/lake/a/orders/_delta_log/00000000000000000000.json") in front.asked


def test_backups_are_opened_by_a_credential_of_their_own(project, front, monkeypatch, command):
    for name, value in {"SECRET": "fake-secret", "ENDPOINT": front.address}.items():
        monkeypatch.setenv(name, value)
    (project / "pyproject.toml").write_text(DECLARED.format(name="backups"))
    (project / "backups-key").write_text("backups-1")
    there = ("s3://lake/backups", "--project", project)
    ended = command("backup", *there, "--credentials", "backups")
    assert (ended.code, ended.out[:8]) == (0, "source: ")
    assert {key for key, path in front.asked if path.startswith("/lake/backups")} == {"backups-1"}
    ended = command("restore", *there, "--credentials", "backups")
    assert ended.out.startswith("source: 0 runs to restore, 1 in the log already")

    ended = command("backup", *there)
    assert ended.code == 3
    assert "or name a credential of pyproject.toml with `--credentials`" in ended.err
    ended = command("backup", project / "here", "--project", project, "--credentials", "backups")
    assert ended.code == 2
    assert "which no credential opens" in ended.err


def test_without_a_name_no_named_key_is_used(warehouse):
    with pytest.raises(WarehouseError, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        warehouse.open_declared(ORDERS)
