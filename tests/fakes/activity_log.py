"""A log in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ActivityLogError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FakeActivityLog:
    """Keeps rows, one batch a run; refuses them all when it is `broken`."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self._rows: list[Mapping[str, Any]] = []

    def append(self, execution_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if self.broken:
            raise ActivityLogError(f"run `{execution_id}` could not be recorded: the disk is full")
        if all(row["execution_id"] != execution_id for row in self._rows):
            self._rows.extend(rows)

    def runs(
        self, record_type: str | None = None, limit: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        found = [row for row in self._rows if record_type in (None, row["record_type"])]
        return found if limit is None else found[-limit:]
