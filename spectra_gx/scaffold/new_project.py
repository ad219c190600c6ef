"""Write the files of a new project, from the templates of this package."""

from __future__ import annotations

from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import load_project
from spectra_gx.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from spectra_gx.sources.source_system import SourceSystem

_TEMPLATES = "templates"
_MAY_BE_THERE = {".git"}
"""What a folder may contain all the same: a repository without files."""


def write_project(folder: Path, system: SourceSystem | None = None) -> None:
    """Write a project whose tables are generated or, with a system, read from there.

    Args:
        folder: Created if it does not exist; empty otherwise.
        system: A source system whose package has contracts.

    Raises:
        ConfigurationError: The system's package has no contracts.
        ContractError: One of them is invalid.
        UsageError: The folder is not empty, or nothing can be written there.
    """
    _require_empty(folder)
    templates = files("spectra_gx.scaffold") / _TEMPLATES
    texts = dict(_texts(templates / "common"))
    if system is None:
        _write(folder, {**texts, **dict(_texts(templates / "tables"))})
        return
    _write(folder, {**texts, **_contracts(system)})
    page = (templates / "system" / "README.md").read_text("utf-8")
    _write(folder, {"README.md": Template(page).substitute(_names(folder, system))})


def _require_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"`{folder}` is a file; name a folder")
    if folder.is_dir() and {path.name for path in folder.iterdir()} - _MAY_BE_THERE:
        raise UsageError(
            f"`{folder}` is not empty and was not changed; choose an empty folder or a new one"
        )


def _texts(folder: Traversable, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and text of each file of a template; `dot-x` becomes `.x`."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}{entry.name.replace('dot-', '.', 1)}"
        if entry.is_dir():
            yield from _texts(entry, f"{name}/")
        elif not name.endswith(".pyc"):
            yield name, entry.read_text("utf-8")


def _contracts(system: SourceSystem) -> Mapping[str, str]:
    """Return path → text of the contracts in a system's package."""
    folder = None if system.contracts is None else files(system.contracts) / "contracts"
    if folder is None or not folder.is_dir():
        raise ConfigurationError(
            f"the package of the system `{system.name}` has no contracts; leave `--system` out, "
            f"and name `system: {system.name}` in a contract of your own"
        )
    return {f"contracts/{name}": text for name, text in _texts(folder)}


def _names(folder: Path, system: SourceSystem) -> Mapping[str, str]:
    """Return what the page about a system's project names."""
    contracts = [*load_project(folder).values()]
    first = next((one for one in contracts if one.inputs.variables), contracts[0])
    variables = ", ".join(f"`{name}`" for name in first.inputs.variables)
    return {
        "title": system.title,
        "stage": first.name,
        "variables": variables or "the settings of its source",
    }


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        try:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(
                f"`{folder / name}` cannot be written: {error.strerror or error}; name another "
                "folder"
            ) from None
