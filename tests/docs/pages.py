"""The pages people read, cut into their fenced blocks."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for path in (
        REPOSITORY / "README.md",
        REPOSITORY / "CHANGELOG.md",
        REPOSITORY / "SECURITY.md",
        *(REPOSITORY / "docs").rglob("*.md"),
    )
)

_FENCE = re.compile(r"^```(?P<info>\S[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    options: tuple[str, ...]
    """What follows the language: `no-run`, `exit-1`, `file=…`."""

    text: str
    line: int

    @property
    def runs(self) -> bool:
        return "no-run" not in self.options

    @property
    def exit_code(self) -> int:
        codes = [option for option in self.options if option.startswith("exit-")]
        return int(codes[0].removeprefix("exit-")) if codes else 0

    @property
    def file(self) -> str | None:
        files = [option for option in self.options if option.startswith("file=")]
        return files[0].removeprefix("file=") if files else None

    def commands(self) -> list[tuple[str, list[str]]]:
        """Return each command and the output shown under it."""
        shown: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if self.language == "sh" or line.startswith("$ "):
                shown.append((line.removeprefix("$ "), []))
            else:
                shown[-1][1].append(line)
        return shown


def read(page: str) -> str:
    return (REPOSITORY / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    text = read(page)
    found = []
    for match in _FENCE.finditer(text):
        language, *options = match["info"].split()
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(language, tuple(options), match["text"], line))
    return found


@cache
def rule_pages() -> Any:
    """Return the module that writes the reference of rule kinds, and has an example of each."""
    spec = importlib.util.spec_from_file_location("rule_pages", REPOSITORY / "docs/rule_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
