"""The one instant and the one name of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class RunClock:
    """The name of a run, and its instant, which every rule about time uses."""

    as_of: datetime
    """UTC."""

    execution_id: str
    """`{notebook}_{YYYYMMDD}_{HHMMSS}_{ffffff}`."""

    batch_id: str | None = None
    """What the run adds; None where it adds nothing."""

    historical: bool = False
    """Whether the instant is another than now, so that later runs do not count."""


def execution_id(notebook: str, now: datetime) -> str:
    """Return the name of a run of a notebook that starts now, fit for a folder and for GX."""
    name = re.sub(r"^\W|[^\w .-]", "_", notebook)
    return f"{name}_{now:%Y%m%d_%H%M%S_%f}"
