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
class TableRead:
    """A call of `run.read`, as far as its text says."""

    table: Written
    columns: Written | None = None
    where: Written | None = None


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
    """Table of the stage that it reads as this run builds it → where it says so."""

    queried: Mapping[str, Place] = field(default_factory=dict)
    """Table that its SQL reads, as it will be → where it says so."""

    queries: tuple[Written, ...] = ()
    """What a function gives `run.sql`, where the whole of it is known."""

    reads: tuple[TableRead, ...] = ()
    """What a function reads by `run.read`."""

    slices: tuple[Written, ...] = ()
    """What a function gives `run.replace_where`."""

    options: Mapping[str, Written] = field(default_factory=dict)
