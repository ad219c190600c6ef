"""A project's pyproject.toml as tables, each key with the place where it is written."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.contract.model import Place
from spectra_gx.contract.problems import Report
from spectra_gx.contract.stage_files import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_HEADER = re.compile(r"\s*\[([^\[\]].*)\]\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")

Steps: TypeAlias = tuple[str, ...]
"""The steps to a key."""

CREDENTIALS_PATH: Steps = ("tool", "spectra-gx", "credentials")
"""Under which each credential has a table of its own."""


class SettingsFile:
    """What a project's pyproject.toml says, and the problems that are found in it.

    A file outside of the project, at the end of a link, counts as missing.
    """

    def __init__(self, root: Path) -> None:
        self.report = Report(SETTINGS_FILE)
        self.report.family = "meaning"
        self._found: Mapping[str, Any] = {}
        path = root / SETTINGS_FILE
        if path.is_file() and path.resolve().is_relative_to(root.resolve()):
            self._read(path)
        self._places = dict(_places(self.report.text))

    def _read(self, path: Path) -> None:
        try:
            self.report.text = path.read_text(encoding="utf-8")
            self._found = tomllib.loads(self.report.text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.report.add(Place(SETTINGS_FILE, 1, 1), f"this file cannot be read: {error}")

    def table(self, path: Steps) -> Any:
        """Return what is written under a path; an empty table where nothing is."""
        found: Any = self._found
        for step in path:
            found = found.get(step, {}) if isinstance(found, dict) else {}
        return found

    def place(self, path: Steps) -> Place:
        """Return where a key is written, or the nearest one around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._places:
                return self._places[path[:length]]
        return Place(SETTINGS_FILE, 1, 1)

    def add(self, path: Steps, message: str, family: str | None = None) -> None:
        """Note a problem of a key."""
        self.report.add(self.place(path), message, family)


def _places(text: str) -> Iterator[tuple[Steps, Place]]:
    """Yield the path of each key and header, and where it is written."""
    header: Steps = ()
    for number, line in enumerate(text.splitlines(), start=1):
        column = len(line) - len(line.lstrip()) + 1
        if found := _HEADER.fullmatch(line):
            header = _path(found[1])
            yield header, Place(SETTINGS_FILE, number, column)
        elif found := _KEY.match(line):
            yield (*header, *_path(found[1])), Place(SETTINGS_FILE, number, column)


def _path(dotted: str) -> Steps:
    """Return the steps of a dotted key; none where a line only looks like one."""
    steps = []
    try:
        node: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    while isinstance(node, dict):
        [(step, node)] = node.items()
        steps.append(step)
    return tuple(steps)
