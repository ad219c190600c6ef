"""Kill runs of every publish mode, repeat them, and compare with an undisturbed history.

    python -m tests.campaign.kill_batches --kills 200 --seed 1

A command is killed at a named point, or at random after the first byte that it stages, and
repeated with the same batch id or without one; then the next day is published. Tables, quarantine
and watermarks must be what plain Python makes of the same deliveries, the log has each batch once,
and nothing is left over. Exits 1 on any violation; `--case` chooses kills by a text of their name.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaign.batch_histories import DAYS, EVENTS, ORDERS, PRICES, STRICT, Stage
from tests.campaign.kill_points import Death, kill_after, points_of, run
from tests.campaign.stored_batches import Warehoused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KILLED = -9
MIXED = Stage("mixed", (ORDERS, EVENTS, DAYS))


@dataclass(frozen=True)
class Case:
    """A command that is killed, and what is there before it."""

    name: str
    stage: Stage
    day: int = 2
    """The day whose batch it is about; those before it are published."""

    options: tuple[str, ...] = ()
    exit_code: int = 0
    published: bool = False
    """Whether the day's batch is published, too."""

    dies_before: Death | None = None
    """Where another run of the batch died before."""

    @property
    def takes_back(self) -> bool:
        """Return whether the command is a rollback."""
        return self.options[:1] == ("rollback",)

    def command(self, day: int, *, named: bool) -> list[str]:
        """Return the command of a day; a batch id is given where it is `named`."""
        if self.takes_back and day == self.day:
            return ["rollback", "shop", "--batch", f"b{day}"]
        given = ["run", "shop", *(["--batch-id", f"b{day}"] if named else [])]
        return [*given, *(self.options if day == self.day else ())]


CASES = (
    Case("append", Stage("append", (EVENTS,))),
    Case("merge", Stage("merge", (ORDERS,))),
    Case("replace_where", Stage("replace_where", (DAYS,))),
    Case("replace", Stage("replace", (PRICES,))),
    Case("mixed", MIXED),
    Case("first", MIXED, day=1),
    Case("full", Stage("full", (ORDERS, EVENTS)), options=("--full",)),
    Case("continue", Stage("continue", (EVENTS, ORDERS, STRICT), "continue"), exit_code=1),
    Case("roll forward", MIXED, dies_before=Death("publish.json written")),
    Case("roll on", MIXED, dies_before=Death("table committed", 2)),
    Case("rollback", MIXED, options=("rollback",), published=True),
)


@dataclass(frozen=True)
class Kill:
    """One kill of a case."""

    case: Case
    named: bool
    """Whether the run has a batch id, and is repeated with it."""

    death: Death | None
    share: float = 0.0
    """Without a point: which share of the life after the first staged byte is over."""

    def __str__(self) -> str:
        where = str(self.death) if self.death else f"random {self.share:.3f}"
        return f"{self.case.name}, {'same id' if self.named else 'no id'}, {where}"


@dataclass
class Campaign:
    """Templates of each case, and what was found."""

    work: Path
    lives: dict[str, float] = field(default_factory=dict)
    points: dict[str, list[Death]] = field(default_factory=dict)

    def measure(self, case: Case) -> None:
        """Run a case undisturbed; remember its points and its life, and check that it passes."""
        template = self.work / case.name
        case.stage.write(template)
        for day in range(1, case.day + case.published):
            case.stage.deliver(template, day)
            _must_end(template, [*case.command(0, named=False), "--batch-id", f"b{day}"], 0)
        case.stage.deliver(template, case.day)
        root = self.begun(replace(case, dies_before=None))
        if case.dies_before is not None:
            _must_end(root, case.command(case.day, named=True), KILLED, case.dies_before)
        began = time.monotonic()
        _must_end(root, case.command(case.day, named=True), case.exit_code)
        self.lives[case.name] = time.monotonic() - began
        self.points[case.name] = points_of(root)
        if found := [*self.violations(case, root, named=True)]:
            raise RuntimeError(f"{case.name}, undisturbed: {found}")

    def begun(self, case: Case) -> Path:
        """Return a project in which the case's command is the next."""
        root = self.work / "victim"
        shutil.rmtree(root, ignore_errors=True)
        return Path(shutil.copytree(self.work / case.name, root))

    def kill(self, kill: Kill) -> list[str]:
        """Kill a command, repeat it and go on; return what is wrong then."""
        case, root = kill.case, self.begun(kill.case)
        command = case.command(case.day, named=kill.named)
        if case.dies_before is not None:
            _must_end(root, command, KILLED, case.dies_before)
        if kill.death is not None:
            code = run(root, command, kill.death)
            if code not in (KILLED, case.exit_code):
                return [f"the command that was to be killed ended with {code}"]
        else:
            kill_after(root, command, kill.share * self.lives[case.name])
        return [*self._repeated(kill, root)]

    def _repeated(self, kill: Kill, root: Path) -> Iterator[str]:
        case = kill.case
        code = run(root, case.command(case.day, named=kill.named))
        if code != case.exit_code:
            yield f"repeated, it ended with {code}, not {case.exit_code}"
        yield from self.violations(case, root, named=kill.named)
        after = case.day if case.takes_back else case.day + 1
        case.stage.deliver(root, after)
        code = run(
            root, [*case.command(0, named=False), *["--batch-id", f"b{after}"][: 2 * kill.named]]
        )
        if code != 0:
            yield f"the next run ended with {code}"
        on = replace(case, day=after, options=(), published=False)
        full = case.day if "--full" in case.options else None
        yield from self.violations(on, root, named=kill.named and not case.takes_back, full=full)

    def violations(
        self, case: Case, root: Path, *, named: bool, full: int | None = None
    ) -> Iterator[str]:
        """Yield what differs from an undisturbed history after a case's command."""
        day = case.day - 1 if case.takes_back else case.day
        full = case.day if "--full" in case.options else full
        found = Warehoused(root, case.stage)
        yield from found.differences(case.stage.expected(day, full=full), named=named)
        yield from found.leftovers()
        yield from found.log_violations(
            [f"b{n}" for n in range(1, day + 1)] if named and not case.takes_back else None
        )


def _must_end(root: Path, command: list[str], code: int, death: Death | None = None) -> None:
    if (ended := run(root, command, death)) != code:
        output = (root / "output.txt").read_text(encoding="utf-8")
        raise RuntimeError(f"{command} ended with {ended}, not {code}:\n{output}")


def planned(campaign: Campaign, kills: int, seed: int, cases: Sequence[Case] = CASES) -> list[Kill]:
    """Return kills of all cases in turn: two at points of them, each point once, one at random."""
    draw = random.Random(seed)  # noqa: S311 - moments, not secrets
    rows = []
    for case in cases:
        ways = [(True,), (False,)] if not case.takes_back else [(True,)]
        named = [Kill(case, way, death) for death in campaign.points[case.name] for (way,) in ways]
        draw.shuffle(named)
        mixed = []
        for place, one in enumerate(named):
            mixed.append(one)
            if place % 2:
                way = case.takes_back or draw.choice((True, False))
                mixed.append(Kill(case, way, None, draw.random()))
        rows.append(mixed)
    turns = [one for turn in zip_longest(*rows) for one in turn if one is not None]
    return turns[:kills]


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--skip", type=int, default=0, help="how many to leave out")
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--case", default="", help="text that a kill's name has")
    given = parser.parse_args()
    done: Counter[str] = Counter()
    violated = 0
    with tempfile.TemporaryDirectory() as work:
        campaign = Campaign(Path(work))
        for case in CASES:
            campaign.measure(case)
            points, life = campaign.points[case.name], campaign.lives[case.name]
            say(f"{case.name}: {len(points)} points, {life:.2f} s")
        kills = planned(campaign, given.skip + given.kills, given.seed)[given.skip :]
        chosen = [kill for kill in kills if given.case in str(kill)]
        for number, kill in enumerate(chosen, 1):
            found = campaign.kill(kill)
            done[kill.case.name] += 1
            violated += bool(found)
            say(f"{number}/{len(chosen)} {kill}: {'; '.join(found) or 'ok'}")
            if found:
                output = Path(work, "victim", "output.txt").read_text(encoding="utf-8")
                again = f"--seed {given.seed} --skip {given.skip} --kills {given.kills}"
                say(f"  again: {again} --case {str(kill)!r}")
                say("".join(f"  | {line}\n" for line in output.splitlines()[-40:]))
    say(
        f"{sum(done.values())} kills, seed {given.seed}: {json.dumps(done)}; violations: {violated}"
    )
    return 1 if violated else 0


def say(text: str) -> None:
    """Print a line at once: a campaign is watched while it runs."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
