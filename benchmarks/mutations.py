"""Contracts broken in every way a hand slips: each must give a contract, or a problem with a place.

Run as `python -m benchmarks.mutations --count 10000`; exits with 1 at the first that does neither,
or that takes longer than a second of processor time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    [
        *(ROOT / "contracts").glob("*.contract.yaml"),
        *(ROOT / "tests" / "golden" / "lint" / "valid").glob("*.contract.yaml"),
    ]
)
MOST_SECONDS = 1.0
SEED = 20261121

_WORDS = (
    *(
        "null",
        "true",
        "no",
        "3",
        "-1",
        "0x",
        "1e400",
        "012",
        "3.10",
        "2026-02-30",
        "[]",
        "{}",
        "''",
    ),
    *("[[a]]", "{a: {b: c}}", "&a x", "*a", "!!int x", "<<", "|", "? x", "- x", "# x", "#x", "@x"),
    *("string", "strng", "decimal(12,2)", "array<", "struct<a:long>", "'[a'", "'select 1'", "a.b"),
    *(
        "{value: }",
        "{value: {value: 1}}",
        "{like: x}",
        "a: b",
        "'",
        '"',
        "%",
        "\u202e",
        "\x00",
        "\t",
    ),
    *("type", "rows", "columns", "rules", "id", "fields", "items", "like", "expect", "with", "24h"),
)


def _rename_key(text: str, random: Random) -> str:
    at = _colon(text, random)
    start = max(text.rfind(mark, 0, at) for mark in " {\n") + 1
    return text[:start] + random.choice((*_WORDS, text[start : at - 1])) + text[at:]


def _retype_value(text: str, random: Random) -> str:
    at = _colon(text, random)
    end = next((stop for stop in range(at, len(text)) if text[stop] in ",}\n"), len(text))
    return f"{text[:at]}: {random.choice(_WORDS)}{text[end:]}"


def _colon(text: str, random: Random) -> int:
    return random.choice([at for at in range(len(text)) if text.startswith(": ", at)] or [0])


def _drop_line(text: str, random: Random) -> str:
    lines = text.splitlines()
    del lines[random.randrange(len(lines))]
    return "\n".join(lines)


def _break_indentation(text: str, random: Random) -> str:
    lines = text.splitlines()
    at = random.randrange(len(lines))
    lines[at] = random.choice((lines[at][1:], lines[at][2:], f" {lines[at]}", f"   {lines[at]}"))
    return "\n".join(lines)


def _repeat_line(text: str, random: Random) -> str:
    lines = text.splitlines()
    lines.insert(random.randrange(len(lines)), random.choice(lines))
    return "\n".join(lines)


def _cut_line(text: str, random: Random) -> str:
    lines = text.splitlines()
    at = random.randrange(len(lines))
    lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
    return "\n".join(lines)


def _change_character(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice("{}[],:#&*!|>'\"%@`<\n \t-?0aé\x07") + text[at + 1 :]


def _insert_word(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    return text[:at] + random.choice(_WORDS) + text[at:]


def _end_early(text: str, random: Random) -> str:
    return text[: random.randrange(len(text))]


MUTATIONS: Sequence[Callable[[str, Random], str]] = (
    *(_rename_key, _retype_value, _drop_line, _break_indentation),
    *(_repeat_line, _cut_line, _change_character, _insert_word, _end_early),
)


@dataclass
class Outcome:
    """What became of the mutations."""

    valid: int = 0
    refused: int = 0
    slowest: float = 0.0
    """Seconds of processor time."""

    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    """Mutations that gave neither a contract nor a place, or took too long."""


def mutate(count: int, seed: int = SEED) -> Outcome:
    """Read so many mutated contracts; one in four is broken twice."""
    random = Random(seed)  # noqa: S311 - a campaign that can be repeated
    sources = [path.read_text(encoding="utf-8") for path in SOURCES]
    outcome = Outcome()
    for number in range(count):
        text = random.choice(sources)
        chosen = random.choices(MUTATIONS, k=random.choice((1, 1, 1, 2)))
        for mutation in chosen:
            text = mutation(text, random) or "\n"
        name = "+".join(mutation.__name__.strip("_") for mutation in chosen)
        outcome.kinds.update(name.split("+"))
        _read(text, f"{number} ({name})", outcome)
    return outcome


def _read(text: str, name: str, outcome: Outcome) -> None:
    began = time.process_time()
    try:
        parse_contract(text.encode("utf-8", "surrogatepass"), "x.contract.yaml")
        outcome.valid += 1
    except ContractError as error:
        outcome.refused += 1
        if not error.problems or any(p.line < 1 or p.column < 1 for p in error.problems):
            outcome.failures.append(f"{name}: a problem has no place")
    except Exception as error:  # noqa: BLE001 - this is what must never happen
        outcome.failures.append(f"{name}: {type(error).__name__}: {error}")
    seconds = time.process_time() - began
    outcome.slowest = max(outcome.slowest, seconds)
    if seconds > MOST_SECONDS:
        outcome.failures.append(f"{name}: took {seconds:.1f} s")


def main() -> int:
    """Print what became of the mutations; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    arguments = parser.parse_args()
    outcome = mutate(arguments.count, arguments.seed)
    print(
        f"{arguments.count} mutations of {len(SOURCES)} contracts: {outcome.valid} still valid, "
        f"{outcome.refused} refused with a place, {len(outcome.failures)} failed; "
        f"the slowest took {outcome.slowest:.2f} s"
    )
    for failure in outcome.failures:
        print(failure)
    return int(bool(outcome.failures))


if __name__ == "__main__":
    sys.exit(main())
