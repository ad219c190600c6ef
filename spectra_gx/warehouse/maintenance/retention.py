"""How long a warehouse keeps what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from spectra_gx.contract.durations import earlier

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Retention:
    """The retention settings of a project; None keeps for good."""

    log: timedelta | None = timedelta(days=400)
    """Rows of the activity log."""

    versions: timedelta | None = None
    """Versions of tables that the log names; None as long as the log names them."""

    docs: timedelta | None = None
    """Pages and results of runs; None as long as the log has their runs."""

    quarantine: timedelta | None = None
    """Quarantined rows; None until they are released."""

    replay_versions: int = 10
    """Newest versions of a table that stay for a replay."""

    compact_after: int = 50
    """Small files from which on a table is compacted."""

    def before(self, what: str, now: datetime) -> datetime | None:
        """Return the instant before which something of a kind goes; None where nothing does."""
        kept: timedelta | None = getattr(self, what)
        return None if kept is None else earlier(now, kept)
