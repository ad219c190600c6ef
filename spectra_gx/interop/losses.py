"""Results of imports and exports: the converted text and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Loss:
    """Something that could not be converted, or only under another name."""

    path: str
    """Place in the source, such as `schema[0].properties[3].quality[0]`, or a rule's id."""

    reason: str
    """Without a final full stop."""


@dataclass(frozen=True)
class Conversion:
    """A text in the other format, and what it lacks."""

    text: str
    losses: tuple[Loss, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    """File name → its text, of a format that has a file for each table."""
