"""How a table of a stage is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

_WATERMARKS = frozenset(
    ("byte", "short", "integer", "long", "double", "float", "string", "date", "timestamp")
)


class PublishMode(StrEnum):
    """What publishing a batch does to the rows that are published already."""

    REPLACE = "replace"
    """Removes all of them."""

    APPEND = "append"
    """Keeps all of them."""

    MERGE = "merge"
    """Removes those whose primary key the batch has."""

    REPLACE_WHERE = "replace_where"
    """Removes those that meet a condition."""


@dataclass(frozen=True)
class PublishOptions:
    """The options of a table, as its builder declares them."""

    publish: PublishMode = PublishMode.REPLACE

    watermark: str | None = None
    """Column whose largest built value is where the next batch begins."""

    lateness: timedelta = timedelta()
    """How much earlier a builder sees the watermark."""

    order_by: str | None = None
    """Column by which the newer of two rows with one key is known; merge only."""

    delete_where: str | None = None
    """Condition on a staged row that deletes the published row of its key; merge only."""

    replace_where: str | None = None
    """Condition on the published rows that the batch replaces; replace_where only."""

    allow_empty: bool = False
    """Whether a batch without rows may empty the table, or its slice."""

    allow_future: bool = False
    """Whether the watermark may be later than the run's clock."""


def can_be_watermark(type_text: str) -> bool:
    """Return whether a column of this type can be a watermark."""
    return type_text in _WATERMARKS or type_text.startswith("decimal(")
