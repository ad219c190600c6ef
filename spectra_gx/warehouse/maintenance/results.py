"""What maintenance does, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult, Rows, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ActionKind(StrEnum):
    """What a part of maintenance takes care of."""

    COMPACTION = "compaction"
    VERSIONS = "versions"
    LOG = "log"
    QUARANTINE = "quarantine"
    DOCS = "docs"
    STAGING = "staging"


@dataclass(frozen=True)
class MaintenanceAction:
    """One part of maintenance: what is deleted, or merged, of one thing."""

    kind: ActionKind
    target: str
    """A table, the pages of a stage, or a folder of staging."""

    stage: str | None = None
    """None for what belongs to no stage."""

    files: Mapping[str, int] = field(default_factory=dict)
    """Path below the target → bytes: what is deleted or, by a compaction, merged."""

    rows: int = 0
    """Rows that are removed."""

    error: str | None = None
    """Why it could not be done."""

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(self.files.values())

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "kind": str(self.kind),
            "stage": self.stage,
            "target": self.target,
            "files": len(self.files),
            "bytes": self.size,
            "rows": self.rows,
            "paths": sorted(self.files),
            "error": self.error,
        }


@dataclass(frozen=True)
class KeptVersions:
    """The older versions of a table that stay, and why."""

    table: str
    versions: Mapping[int, Sequence[str]]
    """Version → what names it: current, log, replay, quarantine, consumer, rollback."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        versions = [{"version": one, "because": list(why)} for one, why in self.versions.items()]
        return {"table": self.table, "versions": versions}


@dataclass(frozen=True, repr=False)
class MaintenanceResult(DisplayedResult):
    """What maintenance has done or, in a dry run, would do."""

    applied: bool
    stages: tuple[str, ...]
    actions: tuple[MaintenanceAction, ...]
    kept: tuple[KeptVersions, ...] = ()
    left_alone: Mapping[str, str] = field(default_factory=dict)
    """Table → why maintenance does not touch it."""

    @property
    def freed(self) -> int:
        """The bytes that are deleted."""
        return sum(one.size for one in self._deletions)

    @property
    def deleted_files(self) -> int:
        """How many files are deleted."""
        return sum(len(one.files) for one in self._deletions)

    @property
    def _deletions(self) -> list[MaintenanceAction]:
        return [
            one
            for one in self.actions
            if one.kind is not ActionKind.COMPACTION and one.error is None
        ]

    @property
    def exit_code(self) -> int:
        """Return 3 when a part could not be done, else 0."""
        return 3 if any(one.error for one in self.actions) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "applied": self.applied,
            "stages": list(self.stages),
            "files": self.deleted_files,
            "bytes": self.freed,
            "actions": [one.to_dict() for one in self.actions],
            "kept": [one.to_dict() for one in self.kept],
            "left_alone": dict(self.left_alone),
            "exit_code": self.exit_code,
        }

    def _headline(self) -> str:
        verb = "deleted" if self.applied else "to delete"
        return f"{counted(self.deleted_files, 'file')} {verb}, {self.freed:,} bytes"

    def _rows(self) -> Rows:
        return ("what", "of", "files", "bytes", "rows", "error"), [
            (one.kind, one.target, len(one.files), one.size, one.rows, one.error)
            for one in self.actions
        ]
