"""A listener that remembers what it heard, and one that breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.runner.events import Event


class FakeListener:
    """Satisfies `Listener`."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.heard: list[Event] = []

    def handle(self, event: Event) -> None:
        self.heard.append(event)
        if self.broken:
            raise RuntimeError("a secret that nobody may read")
