"""A change between two versions of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult

if TYPE_CHECKING:
    from spectra_gx.contract.model import Place, Severity, Waiver


class Direction(StrEnum):
    """How a change affects the promise of a contract."""

    TIGHTENS = "tightens"
    """Data that passed may fail."""

    LOOSENS = "loosens"
    """A promise is gone."""

    BOTH = "both"
    UNDETERMINED = "undetermined"
    """Cannot be decided from the contracts alone."""

    NONE = "none"


class Party(StrEnum):
    """Who can be hurt by a change."""

    PRODUCER = "producer"
    CONSUMER = "consumer"


class Bump(IntEnum):
    """A step of a semantic version, small to large."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, repr=False)
class Change(DisplayedResult):
    """One difference between two versions of a contract."""

    id: str
    """Key of `change_kinds.CHANGES`."""

    path: str
    """`<table>`, `<table>.<column>`, a rule's id, or keys from the top of the file."""

    message: str
    """A sentence without a final full stop, made of contract text, never of values of data."""

    direction: Direction
    hurts: tuple[Party, ...]
    severity: Severity
    place: Place
    """In the new version; what was removed has its place in the old one."""

    stage: str
    table: str | None = None
    columns: tuple[str, ...] = ()
    """Columns of the table that it is about, by their old names."""

    rule: str | None = None
    """Id of the rule, when it is about one."""

    blocks: bool = False
    """Whether only a waiver lets it through."""

    breaks: tuple[str, ...] = ()
    """Stages whose declared needs it breaks."""

    waiver: Waiver | None = None
    """The waiver that lets it through."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "id": self.id,
            "path": self.path,
            "rule": self.rule,
            "contract": self.stage,
            "direction": str(self.direction),
            "hurts": [str(party) for party in self.hurts],
            "severity": str(self.severity),
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message,
            "blocks": self.blocks,
            "breaks": list(self.breaks),
            "waived_until": None if self.waiver is None else self.waiver.expires,
        }

    def _headline(self) -> str:
        return f"{self.severity} {self.id} at {self.path}: {self.message}"
