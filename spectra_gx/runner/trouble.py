"""Reasons to notify people about a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Trouble: TypeAlias = Literal["failure", "calls", "quarantine", "warnings"]
"""Worst first; all but a failure come of runs that pass."""

RANKS: Mapping[Trouble | None, int] = {
    None: 0,
    "warnings": 1,
    "quarantine": 2,
    "calls": 3,
    "failure": 4,
}
"""How bad trouble is, beside other trouble."""
