"""Run a stage again and again on a store that fails at one chosen request, and look at the ends.

    python -m tests.campaign.store_faults --store s3 --runs 30 --seed 1

Every fault meets so many runs, each at another request: commits, calls for leases, data files, and
the others. After each run the warehouse is compared with what plain Python expects; a run that
failed is repeated with the same batch. Exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.store.addresses import StoreKind
from tests.campaign import batch_stage
from tests.campaign.batch_stage import StoredStage
from tests.campaign.kill_batches import say
from tests.campaign.spoiled_runs import (
    OtherClock,
    Request,
    requests_of,
    run_stage,
    use_short_leases,
)
from tests.fakes.full_disk import full_disk
from tests.fakes.stages import StageProject
from tests.fakes.stores.fault_proxy import Fault
from tests.fakes.stores.served_store import served_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.fakes.stores.fault_proxy import FaultProxy
    from tests.fakes.stores.served_store import ServedStore

STORES = {"s3": StoreKind.S3, "az": StoreKind.AZURE, "gs": StoreKind.GCS}
FOLDER = "folder"
CLOCK = "clock one hour off"
CANNOT_RUN = 3
FOR_GOOD = 1_000_000
EXPIRED = {
    "s3": Fault("403", body="<Error><Code>ExpiredToken</Code></Error>", then=FOR_GOOD),
    "az": Fault(
        "403",
        body="<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>Lifetime "
        "validation failed. The token is expired.</AuthenticationErrorDetail></Error>",
        then=FOR_GOOD,
    ),
    "gs": Fault("401", body="<Error><Code>ExpiredToken</Code></Error>", then=FOR_GOOD),
}
FAULTS: dict[str, Fault | None] = {
    "503 for a while": Fault("503", times=2),
    "503, applied": Fault("503", applied=True),
    "5 s slow": Fault("slow", seconds=5.0),
    "reset": Fault("reset"),
    "reset, applied": Fault("reset", applied=True),
    "412": Fault("412"),
    "409": Fault("409"),
    "expired token": None,
    "truncated read": Fault("truncate"),
    "disk full": None,
    CLOCK: None,
}
OUTAGES = (0, 0, 12, 60)
"""How many more requests of any kind are answered 503."""

DISKS = (0, 100, 1_000, 20_000)
"""Bytes to which files of this machine can grow."""

GROUPS = ("commit", "lease", "commit", "data file", "other")
WRITES = ("PUT", "POST", "DELETE")
ONLY_OF = {
    "503, applied": WRITES,
    "reset, applied": WRITES,
    "412": ("PUT",),
    "409": ("PUT",),
    "truncated read": ("GET",),
}
BATCHES = 6
"""Of one warehouse; the first makes its tables."""

_WAYS_OUT = re.compile(r"run again|get a new one|make room|check |set it|restore |correct |let it")


@dataclass
class Case:
    """A run that is to be spoiled."""

    fault: str
    request: Request | None = None
    spoils: Fault | None = None
    size: int | None = None
    hours: int = 0

    def __str__(self) -> str:
        if self.size is not None:
            return f"{self.fault}, files up to {self.size} bytes"
        if self.hours:
            return f"{self.fault}, {self.hours:+d} h"
        more = f" and the next {self.spoils.then}" if self.spoils and self.spoils.then else ""
        return f"{self.fault}, {self.request}{more}"


@dataclass
class Campaign:
    """Runs of one stage in a store, one after the other."""

    work: Path
    store: str
    draw: random.Random
    served: ServedStore | None = None
    proxy: FaultProxy | None = None
    project: Path = field(init=False)
    root: str = ""
    batches: list[str] = field(default_factory=list)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    requests: dict[bool, list[Request]] = field(default_factory=dict)
    """Those of a first run, and those of later ones."""

    clocks: dict[int, OtherClock] = field(default_factory=dict)
    panics: int = 0
    """Runs in which a library in Rust wrote a line of its own past every stream of Python's."""

    _left: dict[tuple[str, str], list[Request]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project = self.work / "project"
        StageProject(self.project, batch_stage.CONTRACT, {"stages/shop.py": batch_stage.BUILDERS})

    def begin(self) -> None:
        """Go on in a new warehouse."""
        self.batches = []
        name = f"warehouse{self.draw.getrandbits(32):x}"
        self.root = str(self.work / name) if self.served is None else self.served.new_root()
        os.environ["WAREHOUSE"] = self.root

    def measure(self) -> None:
        """Run twice without a fault, and remember the requests."""
        self.begin()
        for number in (0, 1):
            self._spoil()
            code, printed = run_stage(self.project, f"p0-{number}")
            if code:
                raise RuntimeError(printed)
            self.batches.append(f"p0-{number}")
            if self.proxy is not None:
                self.requests[number == 0] = requests_of(self.proxy.seen())
        if found := self._wrong(settled=True, ended=True):
            raise RuntimeError(str(found))

    def drawn(self, name: str, number: int) -> Case:
        """Return the next case of a fault."""
        if name == "disk full":
            return Case(name, size=DISKS[number % len(DISKS)])
        if name == CLOCK:
            return Case(name, hours=1 if number % 2 else -1)
        fault = FAULTS[name] or EXPIRED[self.store]
        if name == "503 for a while":
            fault = replace(fault, then=OUTAGES[number % len(OUTAGES)])
        request = self._drawn_request(name, GROUPS[number % len(GROUPS)])
        return Case(name, request, request.fault(fault))

    def _drawn_request(self, name: str, group: str) -> Request:
        """Return a request that this fault has not met yet, as long as there are any."""
        first = not self.batches
        methods = ONLY_OF.get(name, (*WRITES, "GET", "HEAD"))
        key = (name, f"{group} {first}")
        if not self._left.get(key):
            fitting = [one for one in self.requests[first] if one.method in methods]
            chosen = [one for one in fitting if one.group == group] or fitting
            self._left[key] = self.draw.sample(chosen, len(chosen))
        return self._left[key].pop()

    def meet(self, case: Case) -> list[str]:
        """Let the next batch meet a fault; return what is wrong then."""
        batch = f"p0-{len(self.batches)}"
        self._spoil(case.spoils)
        run: Callable[[str], tuple[int, str]] = partial(run_stage, self.project)
        if case.hours:
            if case.hours not in self.clocks:
                self.clocks[case.hours] = OtherClock(self.project, case.hours)
            run = self.clocks[case.hours].run_stage
        with nullcontext() if case.size is None else full_disk(case.size):
            code, printed = run(batch)
        did = case.spoils is None or any(one.did for one in self.proxy.seen() if self.proxy)
        self._spoil()
        self.batches.append(batch)
        found = self._wrong(settled=code == 0)
        if "Traceback" in printed:
            found.append("it printed a traceback")
        self.panics += "panicked at" in printed
        end = "passed"
        if code:
            found += _wrong_end(code, printed, self._stored(), batch)
            end = "failed, then completed"
            again, printed_again = run_stage(self.project, batch)
            if again:
                found.append(f"repeated, it ended with {again}:\n{printed_again}")
            found += self._wrong(settled=True)
        self.ends[case.fault, "not met" if not did else "VIOLATION" if found else end] += 1
        if found:
            found.append(f"it had printed\n{printed}")
        return found

    def end(self) -> list[str]:
        """Run once more without a fault; return what is wrong with the warehouse after it."""
        batch = f"p0-{len(self.batches)}"
        code, printed = run_stage(self.project, batch)
        self.batches.append(batch)
        found = self._wrong(settled=True, ended=True)
        return [*found, printed] if code or found else []

    def _spoil(self, *faults: Fault | None) -> None:
        if self.proxy is not None:
            self.proxy.put(*filter(None, faults))

    def _wrong(self, *, settled: bool, ended: bool = False) -> list[str]:
        """Return what is wrong with the warehouse now.

        Args:
            settled: Whether every batch is published and recorded.
            ended: Whether nothing may be left of dead runs.
        """
        stage = self._stored(all_files=ended)
        found = [*batch_stage.violations(stage, self.batches)]
        found += batch_stage.unsettled(stage, self.batches) if settled else ()
        return [*found, *(batch_stage.leftovers(stage) if ended else ())]

    def _stored(self, *, all_files: bool = False) -> StoredStage:
        """Return the tables as they are stored, past the proxy; with all other files, if wanted."""
        if self.served is None:
            return StoredStage(Path(self.root))
        folder, below = self.work / "stored", "" if all_files else "/Tables"
        self.served.download(f"{self.root}{below}", Path(f"{folder}{below}"))
        return StoredStage(folder)


def _wrong_end(code: int, printed: str, stage: StoredStage, batch: str) -> Iterator[str]:
    """Yield what an end does not say that it should: what happened, and what to do."""
    if code != CANNOT_RUN:
        yield f"it ended with {code}"
    if not _WAYS_OUT.search(printed):
        yield "it does not say what to do"
    rows = [row for row in stage.runs if row["batch_id"] == batch]
    if not rows and "could not be recorded" not in printed and "cannot be" not in printed:
        yield "neither the log nor the output has its end"
    for row in rows:
        if row["status"] == "Success":
            yield "the log has a Success of a run that ended with 3"
        elif not row["error_message"]:
            yield "the log does not say why it failed"


def run_campaign(campaign: Campaign, faults: Sequence[str], runs: int) -> int:
    """Let each fault meet so many runs; return how many ended wrongly."""
    campaign.measure()
    violated, cases = 0, [(name, number) for number in range(runs) for name in faults]
    for done, (name, number) in enumerate(cases, 1):
        if done % BATCHES == 1:
            campaign.begin()
        case = campaign.drawn(name, number)
        found = campaign.meet(case)
        last = done % BATCHES == 0 or done == len(cases)
        found += [f"after it: {one}" for one in (campaign.end() if last else [])]
        violated += bool(found)
        say(f"{campaign.store} {done}/{len(cases)} {case}: {'; '.join(found) or 'ok'}")
        if found:
            campaign.begin()
    return violated


def report(campaign: Campaign, faults: Sequence[str]) -> None:
    """Print how the runs of each fault ended."""
    for name in faults:
        ends = {end: n for (fault, end), n in sorted(campaign.ends.items()) if fault == name}
        counts = ", ".join(f"{n} {end}" for end, n in ends.items())
        say(f"{name:<20} {campaign.store:<6} {counts}")
    say(f"lines of Rust's own on stderr: in {campaign.panics} of {campaign.ends.total()} runs")


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=[*STORES, FOLDER], required=True)
    parser.add_argument("--runs", type=int, default=30, help="for each fault")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=[*FAULTS])
    given = parser.parse_args()
    faults = ["disk full"] if given.store == FOLDER else given.faults
    use_short_leases()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        work = Path(folder)
        draw = random.Random(given.seed)  # noqa: S311 - moments, not secrets
        campaign = Campaign(work, given.store, draw)
        if given.store != FOLDER:
            campaign.served = stack.enter_context(served_store(STORES[given.store], work))
            spoiled, campaign.proxy = stack.enter_context(campaign.served.behind_proxy())
            os.environ.update(spoiled.settings)
        violated = run_campaign(campaign, faults, given.runs)
        for clock in campaign.clocks.values():
            clock.end()
    report(campaign, faults)
    say(f"seed {given.seed}; violations: {violated}")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
