"""What a project declares about how a stage's tables are built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Place

OPTIONS = (
    "publish",
    "watermark",
    "lateness",
    "order_by",
    "delete_where",
    "replace_where",
    "empty",
    "future",
)
"""The options of a table, wherever they are written."""


@dataclass(frozen=True)
class Written:
    """A value, and where it is written."""

    value: Any
    place: Place


@dataclass(frozen=True)
class DeclaredBuilder:
    """A function or a SQL file that builds one table."""

    table: str
    place: Place
    function: str | None = None
    """Its name in `stages/<stage>.py`; None for a SQL file."""

    select: str | None = None
    """The text of a SQL file, its comments blanked out."""

    needs: Mapping[str, Place] = field(default_factory=dict)
    """Table that it reads as this run builds it → where it says so."""

    reads: Mapping[str, Place] = field(default_factory=dict)
    """Any other table that it is known to read → where it says so."""

    options: Mapping[str, Written] = field(default_factory=dict)
