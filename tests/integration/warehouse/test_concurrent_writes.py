"""Files of a folder that several runs write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.folder import FolderStore

if TYPE_CHECKING:
    from pathlib import Path


def test_writers_of_one_file_do_not_disturb_each_other(tmp_path: Path):
    store = FolderStore(tmp_path)
    contents = [bytes([65 + number % 26]) * 1_000 for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: store.write("docs/page.html", content), contents))
    assert store.files("docs") == ["page.html"]
    assert (tmp_path / "docs/page.html").read_bytes() in contents


def test_a_write_that_fails_leaves_nothing_beside(tmp_path: Path):
    store = FolderStore(tmp_path)
    (tmp_path / "docs" / "page.html").mkdir(parents=True)
    with pytest.raises(WarehouseError):
        store.write("docs/page.html", b"content")
    assert store.files("docs") == []
