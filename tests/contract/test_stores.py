"""What every store does; one more is one more entry in `STORES`."""

from __future__ import annotations

import signal
import subprocess
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.folder import FolderStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from spectra_gx.store.store import Store

STORES: Mapping[str, Callable[[Path], Store]] = {"folder": lambda root: FolderStore(root / "lake")}

OTHER_PROCESS = """
import sys
from pathlib import Path
from tests.contract.test_stores import STORES
store = STORES[sys.argv[1]](Path(sys.argv[2]))
if sys.argv[3] == "claim":
    kept = store.claim("staging/dead")
else:
    kept = store.lock("locks/publish", by="run 1", wait=5)
    kept.__enter__()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=STORES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path) -> Store:
    return STORES[kind](tmp_path)


def another_process(kind: str, root: Path, does: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OTHER_PROCESS, kind, str(root), does]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.read("a/b.json") is None
    assert not store.exists("a/b.json")
    assert (store.files("a"), store.folders("a"), store.held_locks("locks")) == ([], [], {})
    assert store.abandoned("staging") == []
    store.delete("a/b.json")
    store.delete_folder("a")


def test_what_is_written_is_read(store: Store) -> None:
    content = "ä\r\n\0".encode()
    store.write("a/b/c.json", b"old and longer")
    store.write("a/b/c.json", content)
    store.write("a/empty", b"")
    assert store.read("a/b/c.json") == content
    assert store.read("a/empty") == b""
    assert (store.exists("a/b/c.json"), store.exists("a/b")) == (True, False)
    assert store.uri("a/b/c.json").endswith("a/b/c.json")


def test_a_folder_is_listed_by_what_is_directly_in_it(store: Store) -> None:
    for path in ("a/z.json", "a/m.json", "a/sub/deep/x.json", "a/other/y.json", "b.json"):
        store.write(path, b"x")
    assert store.files("a") == ["m.json", "z.json"]
    assert store.folders("a") == ["other", "sub"]
    assert store.files("") == ["b.json"]
    assert store.folders("") == ["a"]
    assert store.files("a/z.json") == []


def test_what_is_deleted_is_gone_and_nothing_else(store: Store) -> None:
    for path in ("a/x", "a/y", "a/sub/deep/x", "ab/x"):
        store.write(path, b"x")
    store.delete("a/x")
    assert (store.exists("a/x"), store.exists("a/y")) == (False, True)
    store.delete_folder("a/sub")
    assert (store.folders("a"), store.files("a")) == ([], ["y"])
    store.delete_folder("a")
    assert store.folders("") == ["ab"]


def test_a_folder_ends_with_what_is_in_it(store: Store) -> None:
    store.write("a/only/x", b"x")
    store.delete_folder("a/only")
    assert store.folders("") == []


def test_who_reads_sees_the_old_content_or_the_new(store: Store) -> None:
    """Two contents of different length are written in turn while they are read."""
    contents = {b"a" * 200_000, b"b" * 70_000}
    store.write("page.html", b"a" * 200_000)

    def write() -> None:
        for _ in range(60):
            for content in contents:
                store.write("page.html", content)

    writer = Thread(target=write)
    writer.start()
    seen = {store.read("page.html") for _ in range(200)}
    writer.join()
    assert seen <= contents
    assert store.files("") == ["page.html"]


def test_a_lock_is_kept_by_one_at_a_time(store: Store) -> None:
    with store.lock("locks/publish", by="run 1", wait=0):
        assert store.held_locks("locks") == {"publish": "`run 1`"}
        with (
            pytest.raises(WarehouseError, match="waited 0 s for `run 1`") as late,
            store.lock("locks/publish", by="run 2", wait=0),
        ):
            pass
        assert late.value.retryable
        with store.lock("locks/docs", by="run 2", wait=0):
            assert [*store.held_locks("locks")] == ["docs", "publish"]
    assert store.held_locks("locks") == {}
    with store.lock("locks/publish", by="run 2", wait=0):
        pass


def test_a_lock_ends_with_its_process(store: Store, kind: str, tmp_path: Path) -> None:
    process = another_process(kind, tmp_path, "lock")
    assert store.held_locks("locks") == {"publish": "`run 1`"}
    kill(process)
    with store.lock("locks/publish", by="run 2", wait=5):
        pass


def test_a_lock_ends_with_its_block_however_that_ends(store: Store) -> None:
    with pytest.raises(KeyError), store.lock("locks/publish", by="run 1", wait=0):
        raise KeyError
    assert store.held_locks("locks") == {}


def test_a_claim_is_made_once_and_given_up(store: Store) -> None:
    claim = store.claim("staging/run_1")
    with pytest.raises(WarehouseError, match="no other run has this id"):
        store.claim("staging/run_1")
    assert store.abandoned("staging") == []
    assert store.folders("staging") == ["run_1"]
    claim.release()
    assert store.abandoned("staging") == ["run_1"]
    store.delete_folder("staging/run_1")
    store.claim("staging/run_1").release()


def test_a_claim_is_abandoned_when_its_process_dies(
    store: Store, kind: str, tmp_path: Path
) -> None:
    mine = store.claim("staging/mine")
    process = another_process(kind, tmp_path, "claim")
    assert store.abandoned("staging") == []
    kill(process)
    assert store.abandoned("staging") == ["dead"]
    mine.release()


def test_a_file_gets_a_second_path(store: Store) -> None:
    store.write("a/x", b"rows")
    for _ in range(2):
        store.copy("a/x", "b/c/y")
    store.delete("a/x")
    assert store.read("b/c/y") == b"rows"
    assert store.files("b/c") == ["y"]
    store.write("a/x", b"other rows")
    store.copy("a/x", "b/c/y")
    assert store.read("b/c/y") == b"other rows"
    with pytest.raises(WarehouseError, match="cannot be written"):
        store.copy("missing", "b/z")


# -- what processes that died have left ------------------------------------------------------------

PART = f"{'0123456789abcdef' * 2}.part"


def test_unfinished_files_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for path in (f"docs/a/{PART}", f"other/{PART}", "docs/my.part", "docs/a/page.html"):
        store.write(path, b"x")
    store.delete_unfinished("docs")
    left = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file())
    assert left == ["docs/a/page.html", "docs/my.part", f"other/{PART}"]
    store.delete_unfinished("nowhere")


def test_a_file_that_is_being_written_meanwhile_is_written(tmp_path: Path) -> None:
    store, ended = FolderStore(tmp_path), Event()

    def delete() -> None:
        while not ended.is_set():
            store.delete_unfinished("docs")

    thread = Thread(target=delete)
    thread.start()
    try:
        for number in range(300):
            store.write(f"docs/{number}", b"x" * 4096)
    finally:
        ended.set()
        thread.join()
    assert len(store.files("docs")) == 300
