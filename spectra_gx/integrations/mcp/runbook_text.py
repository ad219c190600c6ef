"""A section of the runbook as plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from spectra_gx.report.runbook import load_runbook

if TYPE_CHECKING:
    from pathlib import Path

_HEADING = re.compile(r"h([1-6])")
_BLOCKS = {"p", "li", "tr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}


def runbook_section(file: Path | None, root: Path, section: str) -> str:
    """Return a section of a project's runbook, or of the shipped one; empty where it has none.

    A file that is a link out of the project is not read.
    """
    inside = file is not None and file.resolve().is_relative_to(root.resolve())
    reader = _Section(section)
    reader.feed(str(load_runbook(file if inside else None).html))
    return re.sub(r"\n{2,}", "\n", "".join(reader.parts)).strip()


class _Section(HTMLParser):
    """Collects the text from a heading to the next of its level or above."""

    def __init__(self, section: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._section = section
        self._level: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        heading = _HEADING.fullmatch(tag)
        if heading and self._level is not None and int(heading[1]) <= self._level:
            self._level = None
        if heading and ("id", self._section) in attrs:
            self._level = int(heading[1])
        if tag == "li" and self._level is not None:
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and self._level is not None:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._level is not None:
            self.parts.append(data)
