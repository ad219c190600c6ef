"""Whether a store is there, and why it cannot be used, before anything is tried on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Obstacle:
    """Why a store cannot be used as a warehouse."""

    message: str
    fix: str


@dataclass(frozen=True)
class Examination:
    """What looking at a store showed."""

    used: bool
    """Whether anything is in it yet."""

    obstacle: Obstacle | None = None
