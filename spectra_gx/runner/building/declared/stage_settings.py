"""Read `[tool.spectra-gx.stages.<stage>]` of pyproject.toml: a command, and options of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.settings_file import SettingsFile
from spectra_gx.contract.stage_files import SETTINGS_PATH
from spectra_gx.runner.building.declared.declarations import OPTIONS, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import Place
    from spectra_gx.contract.problems import Report

_KEYS = ("command", "pass", "failed_exit_codes", "tables")
_MOST_EXIT_CODE = 255


@dataclass(frozen=True)
class CommandSettings:
    """A command that builds tables of a stage."""

    command: str
    place: Place
    passed: tuple[str, ...] = ()
    """Secrets that it gets in its environment."""

    failed_exit_codes: frozenset[int] = frozenset()
    """Exit codes that say that the data is bad."""


@dataclass(frozen=True)
class StageSettings:
    """What pyproject.toml says about a stage."""

    report: Report
    place: Place
    """Where its table begins."""

    command: CommandSettings | None = None
    tables: Mapping[str, Mapping[str, Written]] = field(default_factory=dict)
    """Table → its options."""


def read_stage_settings(root: Path, stage: str) -> StageSettings:
    """Return what a project's pyproject.toml says about a stage; problems are reported."""
    return _SettingsReader(SettingsFile(root), stage).read()


class _SettingsReader:
    """Reads the settings of one stage; what is wrong is reported at its place."""

    def __init__(self, file: SettingsFile, stage: str) -> None:
        self._file = file
        self._path = (*SETTINGS_PATH, stage)
        self._found = file.table(self._path)

    def read(self) -> StageSettings:
        if not isinstance(self._found, dict):
            self._add((), "a stage's settings are a table")
            return StageSettings(self._file.report, self._place(()))
        for key in self._found:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS) or f"; keys are {', '.join(_KEYS)}"
                self._add((key,), f"{quote(key)} is not a setting of a stage{hint}")
        tables = dict(self._tables())
        return StageSettings(self._file.report, self._place(()), self._command(), tables)

    def _command(self) -> CommandSettings | None:
        command = self._found.get("command")
        if command is None:
            for key in ("pass", "failed_exit_codes"):
                if key in self._found:
                    self._add((key,), f"`{key}` needs a `command`")
            return None
        if not isinstance(command, str) or not command.strip():
            self._add(("command",), '`command` is a command line: `command = "dbt build"`')
            return None
        passed = self._list("pass", str, "names of secrets")
        codes = self._list("failed_exit_codes", int, "exit codes from 1 to 255")
        if any(not 0 < code <= _MOST_EXIT_CODE for code in codes):
            self._add(("failed_exit_codes",), "exit codes are from 1 to 255; 0 is success")
        place = self._place(("command",))
        return CommandSettings(command, place, tuple(passed), frozenset(codes))

    def _list(self, key: str, kind: type, what: str) -> Sequence[Any]:
        values = self._found.get(key, [])
        if isinstance(values, list) and all(type(value) is kind for value in values):
            return values
        self._add((key,), f"`{key}` is a list of {what}")
        return ()

    def _tables(self) -> Iterator[tuple[str, dict[str, Written]]]:
        tables = self._found.get("tables", {})
        if not isinstance(tables, dict):
            self._add(("tables",), '`tables` has a table for each: `[….tables."schema.table"]`')
            return
        for name, options in tables.items():
            if not isinstance(options, dict):
                self._add(("tables", name), f'options stand in `[….tables."{name}"]`')
                continue
            for key in options:
                if key not in OPTIONS:
                    hint = did_you_mean(key, OPTIONS) or f"; options are {', '.join(OPTIONS)}"
                    at = ("tables", name, key)
                    self._add(at, f"{quote(key)} is not an option of a table{hint}")
            yield (
                name,
                {
                    key: Written(value, self._place(("tables", name, key)))
                    for key, value in options.items()
                    if key in OPTIONS
                },
            )

    def _add(self, path: tuple[str, ...], message: str) -> None:
        self._file.add((*self._path, *path), message)

    def _place(self, path: tuple[str, ...]) -> Place:
        return self._file.place((*self._path, *path))
