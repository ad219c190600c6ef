"""What becomes of files and leases when a store fails at one chosen request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.options import RETRIES
from tests.fakes.full_disk import full_disk
from tests.fakes.stores.fault_proxy import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.stores.fault_proxy import FaultProxy
    from tests.fakes.stores.served_store import ServedStore
    from tests.integration.store.conftest import Faulty

LOST = (Fault("503", applied=True), Fault("reset", applied=True))
"""The store did what it was asked, and its answer was lost."""

NOT_DONE = (Fault("503", times=2), Fault("reset"), Fault("slow"))
EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The token MYTOKEN has expired</Message></Error>"


def named(fault: Fault) -> str:
    return f"{fault.does}{'-applied' * fault.applied}"


@pytest.mark.parametrize("fault", [*LOST, *NOT_DONE], ids=named)
def test_a_file_is_written_all_the_same(faulty: Faulty, fault: Fault):
    faulty.proxy.put(fault)
    faulty.store.write("a/x", b"rows")

    assert faulty.did
    assert faulty.direct.read("a/x") == b"rows"


@pytest.mark.parametrize(
    "fault",
    [Fault("503", "GET", times=2), Fault("reset", "GET"), Fault("truncate", "GET")],
    ids=named,
)
def test_a_file_is_read_whole_or_not_at_all(faulty: Faulty, fault: Fault, tmp_path: Path):
    content = bytes(range(256)) * 2000
    faulty.direct.write("a/x", content)
    for read in (
        lambda: faulty.store.read("a/x"),
        lambda: faulty.store.download("a/x", tmp_path / "x"),
    ):
        faulty.proxy.put(fault)
        try:
            found = read() or (tmp_path / "x").read_bytes()
        except WarehouseError as error:
            assert error.retryable
            assert "cannot be read: the store cannot be reached" in error.message
        else:
            assert found == content
        assert faulty.did


def test_a_full_disk_here_is_not_taken_for_a_store_that_fails(faulty: Faulty, tmp_path: Path):
    faulty.direct.write("a/x", b"rows")
    with full_disk(), pytest.raises(WarehouseError, match="disk of this machine is full") as failed:
        faulty.store.download("a/x", tmp_path / "x")
    assert not failed.value.retryable


@pytest.mark.parametrize(
    "fault", [Fault("503", "GET"), Fault("reset", "GET"), Fault("truncate", "GET")], ids=named
)
def test_a_listing_is_whole_or_an_error(faulty: Faulty, fault: Fault):
    for number in range(5):
        faulty.direct.write(f"a/{number}/x", b"rows")
    for listed, expected in (
        (lambda: faulty.store.folders("a"), ["0", "1", "2", "3", "4"]),
        (lambda: sorted(faulty.store.sizes("a")), [f"{number}/x" for number in range(5)]),
    ):
        faulty.proxy.put(fault)
        try:
            assert listed() == expected
        except WarehouseError as error:
            assert error.retryable
        assert faulty.did


def test_what_is_deleted_twice_because_an_answer_was_lost_is_gone(faulty: Faulty):
    for does in ("503", "reset"):
        for name in ("x", "y"):
            faulty.direct.write(f"a/{name}", b"rows")
        method = "DELETE" if faulty.kind is StoreKind.GCS else "POST"
        faulty.proxy.put(Fault(does, method, applied=True))
        faulty.store.delete_folder("a")
        assert faulty.did
        assert faulty.direct.sizes("") == {}


def test_a_copy_whose_answer_was_lost_is_made(faulty: Faulty):
    faulty.direct.write("a/x", b"rows")
    for does in ("503", "reset"):
        faulty.proxy.put(Fault(does, applied=True))
        faulty.store.copy("a/x", f"b/{does}")
        assert faulty.did
        assert faulty.direct.read(f"b/{does}") == b"rows"


def test_a_store_that_stays_down_is_given_up_within_a_bound(faulty: Faulty):
    faulty.proxy.put(Fault("503", "GET", times=100))

    with pytest.raises(WarehouseError, match="the store answers 503; run again") as failed:
        faulty.store.read("a/x")
    assert failed.value.retryable
    assert len(faulty.did) == RETRIES + 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_expired_token_is_said_once_and_not_repeated(faulty: Faulty, method: str):
    faulty.proxy.put(Fault("403", method, times=100, body=EXPIRED))

    with pytest.raises(WarehouseError, match="the token has expired") as failed:
        _ = faulty.store.read("a/x") if method == "GET" else faulty.store.write("a/x", b"")
    assert not failed.value.retryable
    assert "MYTOKEN" not in str(failed.value)
    assert len(faulty.did) == 1


# -- conditional writes and leases -----------------------------------------------------------------


@pytest.mark.parametrize("fault", [*LOST, *NOT_DONE], ids=named)
def test_a_lease_is_taken_once_whatever_became_of_the_answer(faulty: Faulty, fault: Fault):
    faulty.proxy.put(fault)
    with faulty.store.lock("locks/publish", by="run 1", wait=0) as lease:
        assert faulty.did
        assert lease.token == 1
        lease.check()
        assert faulty.direct.held_locks("locks") == {"publish": "`run 1`"}
    assert faulty.direct.held_locks("locks") == {}

    faulty.proxy.put(fault)
    with faulty.store.lock("locks/publish", by="run 2", wait=0) as lease:
        assert faulty.did
        assert lease.token == 2
    with faulty.direct.lock("locks/publish", by="run 3", wait=0) as lease:
        assert lease.token == 3


@pytest.mark.parametrize("fault", [*LOST, *NOT_DONE], ids=named)
def test_a_lease_is_renewed_and_released_whatever_became_of_the_answer(
    faulty: Faulty, fault: Fault
):
    with faulty.store.lock("locks/publish", by="run 1", wait=0) as lease:
        faulty.proxy.put(fault)
        lease.renew()
        assert faulty.did
        lease.renew()
        lease.check()
        faulty.proxy.put(fault)
    assert faulty.did
    assert faulty.direct.held_locks("locks") == {}


@pytest.mark.parametrize("status", ["412", "409"])
def test_a_lease_that_seems_to_be_somebody_elses_is_looked_at(faulty: Faulty, status: str):
    """The store refuses a put although nobody else has written: nobody gets the lease then."""
    faulty.proxy.put(Fault(status, times=100))
    with (
        pytest.raises(WarehouseError) as late,
        faulty.store.lock("locks/publish", by="run 1", wait=0),
    ):
        pass
    assert late.value.retryable
    assert faulty.direct.held_locks("locks") == {}
    faulty.proxy.put()
    with faulty.store.lock("locks/publish", by="run 1", wait=0) as lease:
        assert lease.token == 1


def test_a_lease_that_cannot_be_renewed_is_lost_in_time(faulty: Faulty):
    faulty.proxy.put()
    with faulty.store.lock("locks/publish", by="run 1", wait=0) as lease:
        faulty.proxy.put(Fault("403", times=100))
        with pytest.raises(WarehouseError, match="refuses these credentials"):
            lease.renew()
        lease.check()  # it is valid until its time is over
        faulty.proxy.put()
        lease.renew()


def test_a_lease_that_has_ended_is_given_up_all_the_same(
    behind_proxy: tuple[ServedStore, ServedStore, FaultProxy],
):
    served, spoiled, proxy = behind_proxy
    proxy.put()
    root = served.new_root()
    with spoiled.store(root, lease_seconds=0.2).lock("publish", by="run 1", wait=0) as lease:
        proxy.put(Fault("403", times=1000))
        with pytest.raises(WarehouseError, match="lost its lock"):
            while True:
                lease.check()
        proxy.put()
    rival = served.store(root, lease_seconds=3600)
    assert rival.held_locks("") == {}
    with rival.lock("publish", by="run 2", wait=0) as lease:
        assert lease.token == 2


def test_who_waits_for_a_lock_leaves_its_holder_room(faulty: Faulty):
    """Many wait for one run, which has to renew its lock through the same store."""
    with faulty.direct.lock("locks/publish", by="run 1", wait=0):
        with (
            pytest.raises(WarehouseError, match="waited 1 s for `run 1`"),
            faulty.store.lock("locks/publish", by="run 2", wait=1),
        ):
            pass
        seen = faulty.proxy.seen()

    assert len({one.path for one in seen if ".clock." in one.path}) == 1
    reads = [one for one in seen if one.method == "GET" and one.path.endswith("publish.lock")]
    assert len(reads) > 1


def test_a_claim_whose_answer_was_lost_is_this_runs(faulty: Faulty):
    for number, fault in enumerate(LOST):
        faulty.proxy.put(fault)
        claim = faulty.store.claim(f"staging/{number}")
        assert faulty.did
        assert faulty.direct.abandoned("staging") == []
        claim.release()
        faulty.direct.delete_folder(f"staging/{number}")
