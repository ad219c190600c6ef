"""Name files from the root of their git repository, as its host does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from spectra_gx.errors import Problem


def name_from_repository_root(
    problems: Iterable[Problem], paths: Mapping[str, Path]
) -> Iterator[Problem]:
    """Yield problems whose files are named from the root of their git repository.

    `paths` are those of the files by their names in the problems; a file outside of any repository
    keeps its name.
    """
    names = {name: _name_in_repository(path) for name, path in paths.items()}
    for problem in problems:
        yield replace(problem, file=names.get(problem.file) or problem.file)


def _name_in_repository(path: Path) -> str | None:
    for folder in path.parents:
        if (folder / ".git").exists():
            return path.relative_to(folder).as_posix()
    return None
