"""Locks that cross machines: leases, which their holder renews, by conditional writes.

Whether a lease has ended is decided by the store's clock alone. Its file is never deleted, as it
contains the token, which grows with each holder. Work between `check` and a commit is not fenced
by it: a commit names the version that it is based on.
"""

from __future__ import annotations

import json
import random
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from spectra_gx.errors import WarehouseError
from spectra_gx.store.answers import LOCK_LOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from spectra_gx.store.conditional_files import ConditionalFiles, StoredFile

LEASE_SECONDS = 45.0
"""How long a lease outlives its last renewal: less than runs wait for one another."""

_SLACK = timedelta(seconds=2)
"""The store's clock moves in steps of a second, at both ends of an interval."""

_RENEWALS = 4
"""Renewals in the life of a lease: three may fail."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between attempts to get a lease, but for chance."""

_TURN = 1.5 * _LONGEST_PAUSE
"""Seconds in which everybody who waits tries once."""

_given_up: dict[str, float] = {}
"""When this process last gave up a lease on an address that it had had for long."""


@dataclass(frozen=True)
class LeaseRecord:
    """What the file of a lease says."""

    owner: str
    by: str
    token: int
    held: bool

    @staticmethod
    def parse(content: bytes) -> LeaseRecord | None:
        """Return what is written; None when it is not by a lease."""
        try:
            found = json.loads(content)
            return LeaseRecord(
                str(found["owner"]), str(found["by"]), int(found["token"]), bool(found["held"])
            )
        except (ValueError, KeyError, TypeError):
            return None

    def dump(self) -> bytes:
        """Return content that no other write has."""
        fields: dict[str, Any] = {**vars(self), "nonce": uuid4().hex}
        return json.dumps(fields).encode()


def lease_holder(
    files: ConditionalFiles, path: str, seconds: float = LEASE_SECONDS
) -> LeaseRecord | None:
    """Return who has the lease in a file now; None when nobody does, or it has ended."""
    found = files.read(path)
    return None if found is None else _holder(files, path, found, seconds)


def _holder(
    files: ConditionalFiles, path: str, found: StoredFile, seconds: float
) -> LeaseRecord | None:
    record = LeaseRecord.parse(found.content)
    if record is None or not record.held:
        return None
    age = files.now(path) - found.written
    return None if age > timedelta(seconds=seconds) + _SLACK else record


@dataclass(frozen=True)
class _SeenLease:
    """The lease of somebody else, as who waits for it has seen it last."""

    tag: Mapping[str, str]
    read_at: float
    may_end: float
    """It has not ended before; both by the clock of the one who waits."""


class Lease:
    """A lease on one path; `acquire`, then `check` before whatever must not be done twice."""

    def __init__(
        self, files: ConditionalFiles, path: str, by: str, seconds: float = LEASE_SECONDS
    ) -> None:
        """Take the file, the words in which others hear of its holder, and how long it lives."""
        self._files = files
        self._path = path
        self._by = by
        self._seconds = seconds
        self._owner = uuid4().hex
        self._tag: Mapping[str, str] | None = None
        self._valid_until = 0.0
        self._seen: _SeenLease | None = None
        self._writing = Lock()
        self._ended = Event()
        self._renewer: Thread | None = None
        self._address = ""
        self._acquired_at = 0.0
        self.token = 0
        """Grows with each holder of the path."""

    def try_acquire(self) -> LeaseRecord | None:
        """Take the lease and begin to renew it; return who has it instead, if somebody has."""
        begun = _elapsed()
        found = self._files.read(self._path)
        if found is None:
            token, tag = 1, self._files.create(self._path, self._content(1))
        else:
            if (holder := self._holder_of(found, begun)) is not None:
                return holder
            before = LeaseRecord.parse(found.content)
            token = (before.token if before else 0) + 1
            tag = self._files.replace(self._path, self._content(token), found.tag)
        if tag is None:
            return LeaseRecord("", "another run", token, held=True)
        self.token, self._tag, self._valid_until = token, tag, begun + self._seconds
        self._renewer = Thread(target=self._renew_until_ended, name="lease", daemon=True)
        self._renewer.start()
        return None

    def _holder_of(self, found: StoredFile, read_at: float) -> LeaseRecord | None:
        """Return who has the lease in a file that was read; None when nobody has.

        To ask for the store's clock takes several requests. So many wait for one lease that its
        holder would not get through with its own: the clock is read only when the lease may have
        ended.
        """
        record, seen = LeaseRecord.parse(found.content), self._seen
        if record is None or not record.held:
            return None
        if seen is None or (seen.tag == found.tag and read_at >= seen.may_end):
            age = self._files.now(self._path) - found.written
            if age > timedelta(seconds=self._seconds) + _SLACK:
                return None
            may_end = read_at + self._seconds - age.total_seconds()
        elif seen.tag == found.tag:
            may_end = seen.may_end
        else:  # it was renewed after it had been read before
            may_end = seen.read_at + self._seconds
        self._seen = _SeenLease(found.tag, read_at, may_end)
        return record

    def acquire(self, wait: float, address: str) -> None:
        """Take the lease, waiting for its holder.

        Args:
            wait: In seconds.
            address: What messages call it.

        Raises:
            WarehouseError: `retryable`; somebody else still has it.
        """
        end, pause = _elapsed() + wait, _FIRST_PAUSE
        self._address = address
        self._let_others_go_first(wait)
        while (holder := self.try_acquire()) is not None:
            if (left := end - _elapsed()) <= 0:
                raise WarehouseError(
                    f"waited {wait:g} s for `{holder.by}`, which has `{address}`; "
                    "let it end, then run again",
                    retryable=True,
                )
            # Those who wait must not ask in step.
            time.sleep(min(left, pause * random.uniform(0.5, 1.5)))  # noqa: S311 - no secret
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        self._acquired_at = _elapsed()

    def _let_others_go_first(self, wait: float) -> None:
        """Give those who wait the time to try if this process has had the lease just now.

        One that runs a stage again and again would otherwise be back before they try, and they
        would wait in vain.
        """
        since = _elapsed() - _given_up.get(self._address, -_TURN)
        time.sleep(max(0.0, min(wait, _TURN - since)))

    def check(self) -> None:
        """Refuse to go on if somebody else may have the lease by now.

        Raises:
            WarehouseError: It was not renewed in time, or was taken over.
        """
        if self._tag is None or _elapsed() >= self._valid_until:
            raise WarehouseError(
                f"`{self._by}` lost its lock `{self._path}`: it could not renew it for "
                f"{self._seconds:g} s, and another run may have it; run again",
                code=LOCK_LOST,
                retryable=True,
            )

    def renew(self) -> None:
        """Write the lease again.

        Raises:
            WarehouseError: It is lost, or the store does not answer.
        """
        with self._writing:
            begun = _elapsed()
            self.check()
            self._write(held=True)
            self.check()
            self._valid_until = begun + self._seconds

    def release(self) -> None:
        """Give the lease up; what fails leaves it to end by itself."""
        self._ended.set()
        if self._renewer is not None:
            self._renewer.join()
        # One that has ended is given up, too, so that nobody waits for its end by the clock.
        with self._writing, suppress(WarehouseError):
            self._write(held=False)
        self._tag = None
        if self._address and _elapsed() - self._acquired_at > _TURN:
            _given_up[self._address] = _elapsed()

    def _renew_until_ended(self) -> None:
        while not self._ended.wait(self._seconds / _RENEWALS):
            try:
                self.renew()
            except WarehouseError:
                if self._tag is None or _elapsed() >= self._valid_until:
                    return

    def _write(self, *, held: bool) -> None:
        """Replace what this holder wrote last, and nothing else."""
        if self._tag is None:
            return
        tag = self._files.replace(self._path, self._content(self.token, held), self._tag)
        self._tag = tag or self._tag_after_lost_answer()
        if tag is None and self._tag is not None:
            # An earlier write was applied, and its answer lost; this one was refused.
            self._tag = self._files.replace(self._path, self._content(self.token, held), self._tag)

    def _tag_after_lost_answer(self) -> Mapping[str, str] | None:
        """Return the tag of what is stored if it is this holder's."""
        found = self._files.read(self._path)
        record = LeaseRecord.parse(found.content) if found else None
        own = record is not None and (record.owner, record.token) == (self._owner, self.token)
        return found.tag if found is not None and own else None

    def _content(self, token: int, held: bool = True) -> bytes:
        return LeaseRecord(self._owner, self._by, token, held).dump()

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _elapsed() -> float:
    """Return seconds that also pass while the machine sleeps, and that nobody sets."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
