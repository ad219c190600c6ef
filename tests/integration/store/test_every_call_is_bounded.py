"""Every method of a store, each with a root of its own, while the store fails for a time or on."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.opening import open_store
from spectra_gx.store.options import RETRIES
from spectra_gx.store.store import Store
from tests.fakes.stores.fault_proxy import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.store.conftest import Faulty

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
CONTENT = bytes(range(256)) * 40
SECONDS = 60
"""Until the store is given up, on a busy machine; it takes three."""


def _downloaded(store: Store, folder: Path) -> bytes:
    store.download("a/x", folder / "x")
    return (folder / "x").read_bytes()


def _locked(store: Store) -> dict[str, str]:
    with store.lock("locks/publish", by="run 1", wait=5) as lock:
        lock.check()
        return store.held_locks("locks")


def _claimed(store: Store) -> list[str]:
    claim = store.claim("staging/run 1")
    left = store.abandoned("staging")
    claim.release()
    return left


CALLS: dict[str, tuple[Callable[[Store, Path], Any], Any]] = {
    "read": (lambda store, _: store.read("a/x"), CONTENT),
    "write": (lambda store, _: (store.write("a/y", b"new"), store.read("a/y"))[1], b"new"),
    "copy": (lambda store, _: (store.copy("a/x", "b/x"), store.read("b/x"))[1], CONTENT),
    "delete_unfinished": (lambda store, _: store.delete_unfinished("a"), None),
    "exists": (lambda store, _: store.exists("a/x"), True),
    "files": (lambda store, _: store.files("a"), ["x"]),
    "folders": (lambda store, _: store.folders(""), ["a"]),
    "sizes": (lambda store, _: store.sizes("a"), {"x": len(CONTENT)}),
    "stamp": (lambda store, _: store.stamp("a/x") is None, False),
    "written": (lambda store, _: store.written("a/x") is None, False),
    "now": (lambda store, _: (store.now("a").tzinfo is None, store.files("a")), (False, ["x"])),
    "download": (_downloaded, CONTENT),
    "delete": (lambda store, _: (store.delete("a/x"), store.exists("a/x"))[1], False),
    "delete_folder": (lambda store, _: (store.delete_folder("a"), store.sizes(""))[1], {}),
    "examine": (lambda store, _: store.examine(["a"]).used, True),
    "lock": (lambda store, _: _locked(store), {"publish": "`run 1`"}),
    "held_locks": (lambda store, _: store.held_locks("locks"), {}),
    "claim": (lambda store, _: _claimed(store), []),
    "abandoned": (lambda store, _: store.abandoned("a"), []),
}
"""Method → what calls it and perhaps others to look at what it did, and what that returns."""

SENDS_NOTHING = {"uri", "path_of", "table_options"}
SPOILED = [Fault("503", times=2), Fault("reset"), Fault("truncate")]


@pytest.fixture
def stores(faulty: Faulty, tmp_path: Path) -> dict[str, tuple[Store, Path]]:
    """Method → a store of its own, and a folder of this machine."""
    found = {}
    for name in CALLS:
        open_store(f"{faulty.root}/{name}", faulty.untouched).write("a/x", CONTENT)
        (tmp_path / name).mkdir()
        found[name] = (open_store(f"{faulty.root}/{name}", faulty.spoiled), tmp_path / name)
    return found


def _place(name: str) -> str:
    return f"/{name}(/|&|$)"


def spoil(faulty: Faulty, does: str, times: int) -> None:
    """Let so many requests of each sort meet a fault, of each method by itself."""
    places = [_place(name) for name in CALLS]
    # S3 deletes by a POST that names nothing.
    faulty.proxy.put(
        *(Fault(does, one, place, times=times) for place in places for one in METHODS),
        Fault(does, "POST", times=times),
    )


def together(stores: dict[str, tuple[Store, Path]]) -> dict[str, Any]:
    """Call every method at once; return what each returned, or raised."""

    def call(name: str) -> Any:
        try:
            return CALLS[name][0](*stores[name])
        except WarehouseError as error:
            return error

    with ThreadPoolExecutor(len(stores)) as threads:
        return dict(zip(stores, threads.map(call, stores), strict=True))


def test_every_method_is_called() -> None:
    public = {name for name in vars(Store) if not name.startswith("_")}
    assert public == CALLS.keys() | SENDS_NOTHING


@pytest.mark.parametrize("fault", SPOILED, ids=lambda fault: fault.does)
def test_a_fault_that_passes_is_not_noticed(
    faulty: Faulty, stores: dict[str, tuple[Store, Path]], fault: Fault
) -> None:
    spoil(faulty, fault.does, fault.times)
    found = together(stores)

    assert found == {name: expected for name, (_, expected) in CALLS.items()}
    spoiled = [one.path for one in faulty.proxy.seen() if one.did]
    assert [n for n in CALLS if not any(re.search(_place(n), path) for path in spoiled)] == []


def test_a_store_that_stays_down_is_given_up_within_a_bound(
    faulty: Faulty, stores: dict[str, tuple[Store, Path]]
) -> None:
    spoil(faulty, "503", 10_000)
    began = time.monotonic()
    found = together(stores)

    assert time.monotonic() - began < SECONDS
    for name, error in found.items():
        assert isinstance(error, WarehouseError), (name, error)
        assert (error.retryable, error.code, error.exit_code) == (True, "store_failed", 3)
        assert f"{faulty.root}/{name}" in error.message
        assert error.message.endswith(": the store answers 503; run again once it is well")
    requests = [one.path for one in faulty.proxy.seen()]
    for name in CALLS:
        assert sum(bool(re.search(_place(name), path)) for path in requests) <= RETRIES + 1
