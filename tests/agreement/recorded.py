"""What was recorded of every place: what it answers, what is errored, what it cannot contain."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.agreement.answers import Answers

FILE = Path(__file__).with_name("recorded.jsonl")
"""One line for each place, suite, and sort of its tables."""

Key = tuple[str, str, str]
"""A place, a suite, and `good` or `bad`."""


def line_of(answers: Answers) -> dict[str, Any]:
    """Return what is recorded of answers; none of them may differ."""
    assert answers.differing == []
    return {key: value for key, value in asdict(answers).items() if key != "differing"}


def read() -> dict[Key, dict[str, Any]]:
    """Return what is recorded."""
    lines = map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
    return {(one.pop("place"), one.pop("suite"), one.pop("tables")): one for one in lines}


def write(found: Iterable[tuple[Key, Answers]]) -> None:
    """Record answers in place of what was recorded."""
    text = ""
    for (place, suite, which), answers in found:
        named = {"place": place, "suite": suite, "tables": which}
        text += json.dumps({**named, **line_of(answers)}, ensure_ascii=False) + "\n"
    FILE.write_text(text, encoding="utf-8")
