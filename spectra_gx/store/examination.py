"""What trying a store shows: whether it is there, and whether all works that a warehouse needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Obstacle:
    """Why a store cannot be used as a warehouse."""

    message: str
    fix: str


@dataclass(frozen=True)
class Examination:
    """What trying a store showed."""

    used: bool
    """Whether anything is in it yet."""

    obstacle: Obstacle | None = None
    working: tuple[str, ...] = ()
    """What was tried and works, beside reading and writing."""
