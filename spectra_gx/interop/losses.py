"""What was carried from one way of writing a contract to another, and what was not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loss:
    """One thing that could not be carried, or not under its own name."""

    path: str
    """Where it stands in what was read: `schema[0].properties[3].quality[0]`, or a rule's id."""

    reason: str
    """Without a final full stop."""


@dataclass(frozen=True)
class Conversion:
    """A text in the other language, and everything that is not in it."""

    text: str
    losses: tuple[Loss, ...]
