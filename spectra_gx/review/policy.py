"""Read the review policy of a project, `[tool.spectra-gx.review]` in its pyproject.toml.

Read without the settings: a diff needs no others and must be quick.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.model import Severity, Waiver
from spectra_gx.errors import UsageError
from spectra_gx.review.change_kinds import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from spectra_gx.review.change import Change

TABLE = "tool.spectra-gx.review"
KEYS = {
    "severity": "A table from change ids to `critical`, `warning` or `info`: what a change of the "
    "kind counts as, and so which version it needs (major, minor, patch).",
    "ignore": "A list of change ids, or of paths such as `source.endpoints.*`, to leave out. A "
    "change that blocks is always reported.",
    "unneeded": "`warning` or `info`: what a critical change counts as when no declared consumer "
    "reads what it is about. Without it, such a change counts in full.",
    "waivers": "A list of tables with `change`, `path`, `owner`, `reason` and `expires`, as under "
    "`waivers` of a contract.",
}
"""Keys of the table: key → meaning."""

_WAIVER_KEYS = ("change", "path", "owner", "reason", "expires")


@dataclass(frozen=True)
class Policy:
    """The review policy of a project."""

    severity: Mapping[str, Severity] = field(default_factory=dict)
    """By change id."""

    ignore: tuple[str, ...] = ()
    """Change ids and patterns of paths."""

    unneeded: Severity | None = None
    waivers: tuple[Waiver, ...] = ()

    def ignores(self, change: Change) -> bool:
        """Return whether a change is to be left out."""
        return not change.blocks and any(
            change.id == entry or fnmatchcase(change.path, entry) for entry in self.ignore
        )


def load_policy(root: Path) -> Policy:
    """Read the policy of a project, or return the default.

    Raises:
        UsageError: It is invalid.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return Policy()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"`{file}` is not valid TOML: {error}; correct it") from None
    for name in TABLE.split("."):
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return _read(table, f"`[{TABLE}]` of `{file}`")


def _read(table: Any, what: str) -> Policy:
    if not isinstance(table, dict):
        raise UsageError(f"{what} must be a table")
    for key in table:
        if key not in KEYS:
            hint = did_you_mean(key, KEYS) or "; keys are " + ", ".join(KEYS)
            raise UsageError(f"unknown key {quote(key)} in {what}{hint}")
    severity = table.get("severity", {})
    if not isinstance(severity, dict):
        raise UsageError(f"`severity` in {what} must be a table from change ids to severities")
    unneeded = table.get("unneeded")
    return Policy(
        {_change(name, what): _severity(word, what) for name, word in severity.items()},
        tuple(_ignored(entry, what) for entry in _list(table, "ignore", what)),
        None if unneeded is None else _severity(unneeded, what),
        tuple(_waiver(entry, what) for entry in _list(table, "waivers", what)),
    )


def _list(table: Mapping[str, Any], key: str, what: str) -> Iterable[Any]:
    entries = table.get(key, [])
    if not isinstance(entries, list):
        raise UsageError(f"`{key}` in {what} must be a list")
    return entries


def _change(name: Any, what: str) -> str:
    if name in CHANGES:
        return str(name)
    hint = did_you_mean(str(name), CHANGES) or "; the reference lists them"
    raise UsageError(f"{what} names {quote(str(name))}, which is not a change id{hint}")


def _ignored(entry: Any, what: str) -> str:
    return entry if isinstance(entry, str) and "." in entry else _change(entry, what)


def _severity(word: Any, what: str) -> Severity:
    try:
        return Severity(word)
    except ValueError:
        known = ", ".join(Severity)
        raise UsageError(
            f"{what} has the severity {quote(str(word))}; severities are {known}"
        ) from None


def _waiver(entry: Any, what: str) -> Waiver:
    if not isinstance(entry, dict) or set(entry) != set(_WAIVER_KEYS):
        keys = ", ".join(_WAIVER_KEYS)
        raise UsageError(f"each of `waivers` in {what} must be a table with {keys}")
    texts = {key: str(value) for key, value in entry.items()}
    _change(texts["change"], what)
    try:
        date.fromisoformat(texts["expires"])
    except ValueError:
        raise UsageError(
            f"a waiver in {what} expires on {quote(texts['expires'])}; write a day such as "
            "`2027-01-31`"
        ) from None
    return Waiver(**texts)
