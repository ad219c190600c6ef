"""What `doctor` finds out about the store of a warehouse, and that it leaves nothing behind."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from spectra_gx.doctor.store_checks import check_store, exists
from spectra_gx.errors import WarehouseError
from spectra_gx.store.folder import FolderStore
from spectra_gx.store.kernel_locks import KernelLock
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


class CarelessStore(FolderStore):
    """Gives a lock to everybody, an hour late, and deletes nothing."""

    @contextmanager
    def lock(self, path: str, *, by: str, wait: float) -> Iterator[KernelLock]:  # type: ignore[override]
        del path, by, wait
        yield KernelLock()

    def written(self, path: str) -> datetime | None:
        found = super().written(path)
        return found and found - timedelta(hours=1)

    def delete_folder(self, folder: str) -> None:
        del folder


class RefusingStore(FolderStore):
    """May be read, and nothing else."""

    def write(self, path: str, content: bytes) -> None:
        del content
        raise WarehouseError(f"`{path}` cannot be written: permission denied; ask")


def lines(store: FolderStore, root: Path) -> list[str]:
    warehouse = Warehouse(root)
    warehouse.store = store
    return [f"{one.level}: {one.message}" for one in check_store(warehouse)]


def test_a_store_that_does_everything(tmp_path):
    (tmp_path / "Tables").mkdir()
    assert exists(Warehouse(tmp_path))
    assert not exists(Warehouse(tmp_path / "none"))
    assert lines(FolderStore(tmp_path), tmp_path) == [
        "ok: write: works",
        "ok: read: works",
        "ok: list: works",
        "ok: clock: as this machine's",
        "ok: conditional writes: works",
        "ok: locks: works",
        "ok: delete: works",
    ]
    assert [path.name for path in tmp_path.rglob("*")] == ["Tables"]


def test_a_store_that_promises_too_much(tmp_path):
    found = lines(CarelessStore(tmp_path), tmp_path)
    assert "warning: clock: 3,600 s behind this machine's" in found
    assert "problem: locks: two runs can have the same lock at once" in found
    assert found[-1].startswith("problem: delete: `")


def test_a_store_that_may_only_be_read(tmp_path):
    found = lines(RefusingStore(tmp_path), tmp_path)
    assert found[0].startswith("problem: write: `Files/_doctor_")
    assert "problem: read: what was written is not found" in found
