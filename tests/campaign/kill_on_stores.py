"""Kill runs whose warehouse is in an object store, at the points of the local campaign.

    python -m tests.campaign.kill_on_stores --stores S3 Azure --kills 30

A warehouse is copied into the store before a kill, and back into a folder after each command, where
it is looked at as that of `kill_batches` is. Locks end a few seconds after their process.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.store.addresses import StoreKind
from tests.campaign.kill_batches import CASES, Campaign, planned, say
from tests.campaign.kill_points import LEASE
from tests.fakes.stores.served_store import served_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.campaign.kill_batches import Case, Kill
    from tests.fakes.stores.served_store import ServedStore


_LEASE_ENDS = LEASE + 5
"""Seconds after which nobody takes a dead run for a living one."""


class StoreCampaign(Campaign):
    """Kills on one store."""

    def __init__(self, work: Path, served: ServedStore) -> None:
        super().__init__(work)
        self.served = served
        self.address = ""
        self.killed_at: float | None = None

    def begun(self, case: Case) -> Path:
        """Return a project whose warehouse is in the store."""
        root = super().begun(case)
        self.address = self.served.new_root()
        self.served.upload(root / "warehouse", self.address)
        shutil.rmtree(root / "warehouse", ignore_errors=True)
        settings = {"WAREHOUSE": self.address, **self.served.settings}
        lines = "".join(f"{name}='{value}'\n" for name, value in settings.items())
        (root / ".env").write_text(lines, encoding="utf-8")
        return root

    def _repeated(self, kill: Kill, root: Path) -> Iterator[str]:
        self.killed_at = time.monotonic()
        self._download(root)
        yield from super()._repeated(kill, root)

    def violations(
        self, case: Case, root: Path, *, named: bool, full: int | None = None
    ) -> Iterator[str]:
        """Yield what differs, after the warehouse has been copied from the store.

        A run that begins while the lock of a dead one still lives leaves its staging: the next one
        begins after that.
        """
        self._download(root)
        for found in super().violations(case, root, named=named, full=full):
            if self.killed_at is None or not found.startswith("staging has"):
                yield found
        if self.killed_at is not None:
            time.sleep(max(0.0, self.killed_at + _LEASE_ENDS - time.monotonic()))
            self.killed_at = None

    def _download(self, root: Path) -> None:
        self.served.download(self.address, root / "warehouse")


def kill_on(served: ServedStore, cases: list[Case], kills: int, seed: int, work: Path) -> int:
    """Kill runs at drawn points of cases; return how many left something wrong."""
    campaign, violated = StoreCampaign(work, served), 0
    for case in cases:
        campaign.measure(case)
    at_points = [one for one in planned(campaign, sys.maxsize, seed, cases) if one.death]
    for number, kill in enumerate(at_points[:kills], 1):
        found = campaign.kill(kill)
        violated += bool(found)
        say(f"{served.kind} {number}/{kills} {kill}: {'; '.join(found) or 'ok'}")
        if found:
            output = (work / "victim" / "output.txt").read_text(encoding="utf-8")
            say("".join(f"  | {line}\n" for line in output.splitlines()[-40:]))
    return violated


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", nargs="+", type=StoreKind, default=[*StoreKind])
    parser.add_argument("--kills", type=int, default=30, help="on each store")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--cases", nargs="+", default=[case.name for case in CASES])
    given = parser.parse_args()
    cases = [case for case in CASES if case.name in given.cases]
    violated = 0
    for kind in given.stores:
        with tempfile.TemporaryDirectory() as work, served_store(kind, Path(work)) as served:
            violated += kill_on(served, cases, given.kills, given.seed, Path(work))
    say(f"{given.kills} kills on each store, seed {given.seed}; violations: {violated}")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
