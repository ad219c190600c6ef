"""The project that is served, opened again when its files have changed."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from spectra_gx.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.runner.events import Listener

_State: TypeAlias = "tuple[tuple[str, int, int], ...]"


@dataclass
class ServedProject:
    """A project whose contracts and settings are read once, and again once they have changed.

    Reading them takes a third of a check of small tables.
    """

    root: Path
    warehouse: str | None
    environment: str | None
    progress: Listener | None = field(default=None, repr=False)
    """Hears of the events of its runs and checks."""

    _project: Project | None = field(default=None, repr=False)
    _state: _State = field(default=(), repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def of(cls, project: Project) -> Self:
        """Return the same project, served."""
        return cls(project.root, project.warehouse_folder, project.environment)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any], progress: Listener) -> Self:
        """Return the project that facts name."""
        return cls(Path(facts["root"]), facts["warehouse"], facts["environment"], progress)

    def facts(self) -> dict[str, Any]:
        """Return what names it, for another process."""
        return {
            "root": str(self.root),
            "warehouse": self.warehouse,
            "environment": self.environment,
        }

    def current(self) -> Project:
        """Return the project as its files are now; safe in any thread."""
        state = tuple(sorted(self._files()))
        with self._lock:
            if self._project is None or state != self._state:
                self._state = state
                self._project = Project(
                    self.root,
                    self.warehouse,
                    environment=self.environment,
                    progress=self.progress,
                )
            return self._project

    def _files(self) -> Iterator[tuple[str, int, int]]:
        secrets = os.environ.get("SECRETS_DIR")
        folders = [self.root / "contracts", *([Path(secrets)] if secrets else [])]
        files = [self.root / "pyproject.toml", self.root / ".env"]
        files += [file for folder in folders if folder.is_dir() for file in folder.iterdir()]
        for file in files:
            try:
                found = file.stat()
            except OSError:
                continue
            yield str(file), found.st_mtime_ns, found.st_size
