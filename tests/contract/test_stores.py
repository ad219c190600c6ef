"""What every store does: a folder, S3, Azure, and a stand-in for Google Cloud Storage."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.folder import FolderStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from spectra_gx.store.store import Store
    from tests.fakes.stores.served_store import ServedStore

KINDS = ("folder", *StoreKind)
LEASE = 3.0
"""Seconds, where a process is killed or paused: nobody waits a minute.

What must not have ended is looked at with a longer one: a busy machine may renew it late.
"""

OTHER_PROCESS = """
import sys
from spectra_gx.store.folder import FolderStore
from pathlib import Path
from tests.fakes.stores.served_store import ServedStore
root, served, lease = sys.argv[1], sys.argv[2], float(sys.argv[4])
store = ServedStore.from_json(served).store(root, lease) if served else FolderStore(Path(root))
if sys.argv[3] == "claim":
    kept = store.claim("staging/dead")
else:
    manager = store.lock("locks/publish", by="run 1", wait=5)
    kept = manager.__enter__()
print("ready", flush=True)
sys.stdin.readline()
try:
    kept.check()
except Exception as error:
    print(error)
"""


@dataclass(frozen=True)
class Place:
    """Where a store is, for this process and for others."""

    root: str
    served: ServedStore | None

    def store(self, lease: float = 30.0) -> Store:
        """Return the store; `lease` is how long a lock outlives its process, in seconds."""
        return self.served.store(self.root, lease) if self.served else FolderStore(Path(self.root))


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest,
    object_store: Callable[[StoreKind], ServedStore],
    tmp_path: Path,
) -> Place:
    if not isinstance(request.param, StoreKind):
        return Place(str(tmp_path / "lake"), None)
    served = object_store(request.param)
    return Place(served.new_root(), served)


@pytest.fixture
def store(place: Place) -> Store:
    return place.store()


def another_process(place: Place, does: str) -> subprocess.Popen[str]:
    served = place.served.to_json() if place.served else ""
    command = [sys.executable, "-c", OTHER_PROCESS, place.root, served, does, str(LEASE)]
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


def test_who_reads_sees_the_old_content_or_the_new(store: Store, place: Place) -> None:
    """Two contents of different length are written in turn while they are read."""
    rounds = 5 if place.served else 60
    contents = {b"a" * 200_000, b"b" * 70_000}
    store.write("page.html", b"a" * 200_000)

    def write() -> None:
        for _ in range(rounds):
            for content in contents:
                store.write("page.html", content)

    writer = Thread(target=write)
    writer.start()
    seen = {store.read("page.html") for _ in range(rounds * 3)}
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


def test_a_lock_ends_with_its_process(place: Place) -> None:
    store, patient = place.store(LEASE), place.store()
    process = another_process(place, "lock")
    assert patient.held_locks("locks") == {"publish": "`run 1`"}
    kill(process)
    with store.lock("locks/publish", by="run 2", wait=60):
        assert patient.held_locks("locks") == {"publish": "`run 2`"}


def test_a_process_that_was_paused_has_lost_its_lock(place: Place) -> None:
    store, patient = place.store(LEASE), place.store()
    process = another_process(place, "lock")
    process.send_signal(signal.SIGSTOP)
    if place.served is None:
        with (
            pytest.raises(WarehouseError, match="waited 0 s for `run 1`"),
            store.lock("locks/publish", by="run 2", wait=0),
        ):
            pass
        process.send_signal(signal.SIGCONT)
        assert process.communicate("go on\n")[0] == ""
        return
    with store.lock("locks/publish", by="run 2", wait=60) as taken_over:
        assert taken_over.token == 2
        process.send_signal(signal.SIGCONT)
        assert process.communicate("go on\n")[0].startswith("`run 1` lost its lock")
        assert patient.held_locks("locks") == {"publish": "`run 2`"}


def test_a_lock_ends_with_its_block_however_that_ends(store: Store) -> None:
    with pytest.raises(KeyError), store.lock("locks/publish", by="run 1", wait=0):
        raise KeyError
    assert store.held_locks("locks") == {}


@pytest.mark.parametrize("place", StoreKind, indirect=True)
def test_who_gives_a_lock_up_and_wants_it_again_lets_those_go_first_who_wait(store: Store) -> None:
    took_it: list[str] = []

    def take(by: str) -> None:
        with store.lock("locks/publish", by=by, wait=60):
            took_it.append(by)

    waiting = Thread(target=take, args=["who waits"])
    with store.lock("locks/publish", by="run 1", wait=0):
        waiting.start()
        with (
            pytest.raises(WarehouseError, match="waited"),
            store.lock("locks/publish", by="run 2", wait=2),
        ):
            pass
    take("run 1")
    waiting.join()
    assert took_it == ["who waits", "run 1"]


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


def test_a_claim_is_abandoned_when_its_process_dies(place: Place) -> None:
    store, patient = place.store(LEASE), place.store()
    mine = patient.claim("staging/mine")
    process = another_process(place, "claim")
    assert patient.abandoned("staging") == []
    kill(process)
    end = time.monotonic() + (60 if place.served else 0)
    while "dead" not in (abandoned := store.abandoned("staging")) and time.monotonic() < end:
        Event().wait(0.2)
    assert "dead" in abandoned
    assert "mine" not in patient.abandoned("staging")
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
