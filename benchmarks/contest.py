"""Contenders run as whole processes, round after round, their answers held to what is true."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

ROOT = Path(__file__).parents[1]
_QUIET = {"SODA_CORE_TELEMETRY_ENABLED": "false", "GX_ANALYTICS_ENABLED": "false"}
"""No contender tells anybody that it ran."""

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Not for contenders: bytecode is kept, as an installed package has it."""


@dataclass(frozen=True)
class Took:
    """One process."""

    seconds: float
    megabytes: float
    """At the peak of the largest of its processes."""

    said: str
    processor: float
    """Seconds of the processor."""


@dataclass(frozen=True)
class Entry:
    """A contender."""

    command: Sequence[str]
    importing: Sequence[str] = ()
    """What only imports its library; the time that takes is not counted."""


@dataclass(frozen=True)
class Result:
    """A contender's figures."""

    name: str
    whole: float
    """The median of what each round took, in seconds."""

    seconds: float
    """The same, less importing right after it: below nothing where less is imported than that."""

    megabytes: float
    """The largest."""

    answered: int
    """How many rules."""


class NotEnded(SystemExit):
    """A contender failed, or took too long."""


def took(command: Sequence[str], limit: float | None = None) -> Took:
    """Run a command that must end well, within so many seconds.

    Raises:
        NotEnded: It did not.
    """
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        kept = {key: value for key, value in os.environ.items() if key != _NO_BYTECODE}
        process = subprocess.Popen(
            command, stdout=out, stderr=err, env={**kept, **_QUIET, "PYTHONPATH": str(ROOT)}
        )
        patience = threading.Timer(limit or threading.TIMEOUT_MAX, process.kill)
        patience.daemon = True
        patience.start()
        _, status, used = os.wait4(process.pid, 0)
        patience.cancel()
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said, complained = (_read(stream) for stream in (out, err))
    if process.returncode:
        name = Path(command[1]).name
        why = "took too long" if limit and seconds >= limit else f"ended with {process.returncode}"
        raise NotEnded(f"{complained[-2000:]}\n{name} {why}")
    return Took(seconds, used.ru_maxrss / 1024, said, used.ru_utime + used.ru_stime)


def _read(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace").strip()


def answers_of(said: str) -> dict[str, int]:
    """Return how many rows break each rule, the last line that a contender printed."""
    answers: dict[str, int] = json.loads(said.rpartition("\n")[2])
    return answers


def hold(name: str, answers: Mapping[str, int], expected: Mapping[str, int]) -> None:
    """Believe a contender that left rules out, and none that counts otherwise.

    Raises:
        SystemExit: A count is not what it should be, or nothing was answered.
    """
    wrong = [
        f"{rule}: {count} rather than {expected.get(rule, 'not asked')}"
        for rule, count in answers.items()
        if count != expected.get(rule)
    ]
    if wrong or not answers:
        told = "; ".join(wrong) or "nothing"
        raise SystemExit(f"{name} gives other answers, so its times mean nothing: {told}")


def compete(entries: Mapping[str, Entry], expected: Mapping[str, int], rounds: int) -> list[Result]:
    """Run all contenders, interleaved; return their figures, the fastest first.

    Raises:
        SystemExit: One did not end well, or gave an answer that is not expected.
    """
    whole: dict[str, list[float]] = {name: [] for name in entries}
    seconds: dict[str, list[float]] = {name: [] for name in entries}
    megabytes = dict.fromkeys(entries, 0.0)
    answered = dict.fromkeys(entries, 0)
    for _ in range(rounds):
        for name, entry in entries.items():
            one = took(entry.command)
            answers = answers_of(one.said)
            hold(name, answers, expected)
            importing = took(entry.importing).seconds if entry.importing else 0
            whole[name].append(one.seconds)
            seconds[name].append(one.seconds - importing)
            megabytes[name] = max(megabytes[name], one.megabytes)
            answered[name] = len(answers)
    results = [
        Result(name, median(whole[name]), median(seconds[name]), megabytes[name], answered[name])
        for name in entries
    ]
    return sorted(results, key=lambda result: result.seconds)


def show(results: Sequence[Result], floor: str, rules: int) -> None:
    """Print a line a contender: the whole process, less importing, and that by the floor's."""
    [unit] = [result.seconds for result in results if result.name == floor]
    print(f"{'':18} {'whole':>10} {'net':>10} {'× floor':>9} {'peak':>10}  rules answered")
    for result in results:
        print(
            f"{result.name:18} {result.whole:8.2f} s {result.seconds:8.2f} s"
            f" {result.seconds / unit:7.2f} × {result.megabytes:7.0f} MB"
            f"  {result.answered} of {rules}",
            flush=True,
        )
