"""Run a stage twice at once, in every publish mode, and compare with an undisturbed history.

    python -m tests.campaign.rival_runs --rounds 3 --seed 1

Both have the same batch id, or different ones, or none; they wait for each other, or give up at
once and are repeated. In half the rounds a third run has died before, so that they meet over its
batch. Exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaign.kill_batches import CASES, KILLED, Campaign, say
from tests.campaign.kill_points import Death, end, run, start
from tests.campaign.stored_batches import Warehoused

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGES = ("append", "merge", "replace_where", "replace", "mixed", "first")
IDS = {"same id": ("b2", "b2"), "different ids": ("x", "y"), "no id": (None, None)}
REFUSED = 3
REPEATS = 20


@dataclass(frozen=True)
class Meeting:
    """Two runs of one stage at once."""

    case: str
    ids: str
    waits: bool
    dead: bool
    """Whether a third run had decided to publish the batch, and died."""

    delay: float
    """How many seconds later the second one begins."""

    def __str__(self) -> str:
        ways = [self.ids, *(["without waiting"] if not self.waits else [])]
        ways += ["over a dead run"] if self.dead else []
        return f"{self.case}, {', '.join(ways)}, {self.delay:.3f} s later"


def meet(campaign: Campaign, meeting: Meeting) -> Iterator[str]:
    """Let two runs meet; yield what is wrong then, and after the next day."""
    [case] = [one for one in CASES if one.name == meeting.case]
    root = campaign.begun(case)
    own = f"b{case.day}"
    if meeting.dead:
        code = run(root, ["run", "shop", "--batch-id", own], Death("publish.json written"))
        if code != KILLED:
            yield f"the run that was to be killed ended with {code}"
    wait = [] if meeting.waits else ["--wait", "0"]
    commands = [
        ["run", "shop", *wait, *(["--batch-id", own if batch == "b2" else batch] if batch else [])]
        for batch in IDS[meeting.ids]
    ]
    processes = []
    for command in commands:
        processes.append(start(root, command))
        time.sleep(meeting.delay)
    for command, process in zip(commands, processes, strict=True):
        code, left = end(process), REPEATS
        while code == REFUSED and not meeting.waits and left:
            code, left = run(root, command), left - 1
        if code != 0:
            yield f"{command} ended with {code}"
    named = meeting.ids == "same id"
    yield from _violations(root, case.day, campaign, meeting, named=named)
    case.stage.deliver(root, case.day + 1)
    if (code := run(root, ["run", "shop", "--batch-id", f"b{case.day + 1}"])) != 0:
        yield f"the next run ended with {code}"
    yield from _violations(root, case.day + 1, campaign, meeting, named=named)


def _violations(
    root: Path, day: int, campaign: Campaign, meeting: Meeting, *, named: bool
) -> Iterator[str]:
    [case] = [one for one in CASES if one.name == meeting.case]
    yield from campaign.violations(replace(case, day=day), root, named=named)
    if not named:
        yield from Warehoused(root, case.stage).log_violations(None)


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=20261128)
    given = parser.parse_args()
    draw = random.Random(given.seed)  # noqa: S311 - moments, not secrets
    met: Counter[str] = Counter()
    violated = 0
    with tempfile.TemporaryDirectory() as work:
        campaign = Campaign(Path(work))
        for case in CASES:
            if case.name in STAGES:
                campaign.measure(case)
        for number, name, ids, waits in product(range(given.rounds), STAGES, IDS, (True, False)):
            delay = draw.choice((0.0, draw.random() * campaign.lives[name]))
            meeting = Meeting(name, ids, waits, bool((number + waits) % 2), delay)
            found = [*meet(campaign, meeting)]
            met[name] += 1
            violated += bool(found)
            say(f"{meeting}: {'; '.join(found) or 'ok'}")
            if found:
                output = Path(work, "victim", "output.txt").read_text(encoding="utf-8")
                say("".join(f"  | {line}\n" for line in output.splitlines()[-60:]))
    say(f"{met.total()} meetings, seed {given.seed}: {dict(met)}; violations: {violated}")
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
