"""What an erasure finds, and what it has erased."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult, Rows, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class ErasedTable:
    """The rows of one table and its history."""

    table: str
    rows: int
    """In the newest version."""

    versions: tuple[int, ...]
    """Older versions with such rows, or of which that cannot be known."""

    files: int
    """Data files with such rows, in all versions."""

    bytes: int
    strays: int
    """Files that no version has, and that may contain such rows."""

    published: int | None = None
    """The version without the rows; None as long as nothing was erased."""

    versions_gone: tuple[int, ...] = ()
    """Versions that can no longer be opened."""

    left: int = 0
    """Files that no commit names and that are too young to delete."""


@dataclass(frozen=True, repr=False)
class Erasure(DisplayedResult):
    """Where rows were found, and what became of them; never what they contain."""

    table: str
    stage: str
    """The stage that the table belongs to."""

    applied: bool
    execution_id: str
    columns: tuple[str, ...]
    """The columns that the condition reads."""

    tables: tuple[ErasedTable, ...]
    """The table itself, then its quarantine table."""

    log_rows: Mapping[str, int] = field(default_factory=dict)
    """Log → its rows that show values of the erased rows."""

    results: Mapping[str, int] = field(default_factory=dict)
    """Stage → files of stored results and Great Expectations' pages, which may show them."""

    elsewhere: tuple[str, ...] = ()
    """What is not reached, a sentence each."""

    @property
    def rows(self) -> int:
        """The rows in the newest versions."""
        return sum(one.rows for one in self.tables)

    @property
    def exit_code(self) -> int:
        """Return 3 when something that may contain the rows was left, else 0."""
        return 3 if any(one.left for one in self.tables) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "table": self.table,
            "stage": self.stage,
            "applied": self.applied,
            "execution_id": self.execution_id,
            "columns": list(self.columns),
            "tables": [_lists(asdict(one)) for one in self.tables],
            "log_rows": dict(self.log_rows),
            "results": dict(self.results),
            "elsewhere": list(self.elsewhere),
            "exit_code": self.exit_code,
        }

    def record(self) -> dict[str, Any]:
        """Return what the activity log says of it: no value, and not the condition."""
        facts = self.to_dict()
        return {key: facts[key] for key in ("columns", "tables", "log_rows", "results")}

    def _headline(self) -> str:
        verb = "erased from" if self.applied else "to erase from"
        return f"{counted(self.rows, 'row')} {verb} {self.table} and its quarantine"

    def _rows(self) -> Rows:
        return ("table", "rows", "older versions", "files"), [
            (one.table, one.rows, len(one.versions), one.files) for one in self.tables
        ]


def _lists(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _listed(value) for key, value in facts.items()}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def unreached(consumers: Sequence[str], partitioned_by: Sequence[str]) -> tuple[str, ...]:
    """Return what an erasure does not reach, a sentence each.

    Args:
        consumers: The stages that read the table, and may have copied its rows.
        partitioned_by: Columns whose values are in the names of the table's folders.
    """
    found = [
        "the source: the next run brings the rows back unless they are deleted there first",
        "backups, copies and snapshots of the warehouse, `spectra-gx backup` included",
        "earlier versions of files that a store keeps by itself",
        "messages, reports and logs that were sent elsewhere: alerts, pull requests, CI, metrics",
    ]
    if consumers:
        found.insert(
            0,
            f"tables of {', '.join(f'`{one}`' for one in consumers)}, which reads this one: erase "
            "the rows there, too",
        )
    if partitioned_by:
        found.append(
            f"values of {', '.join(f'`{one}`' for one in partitioned_by)} in the names of files "
            "that were removed: the table's log has them until its next commits expire"
        )
    return tuple(found)
