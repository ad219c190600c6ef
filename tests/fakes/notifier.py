"""Somebody who remembers what they were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.runner.alerts.messages import Message


class FakeNotifier:
    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.outcome = "sent"

    def notify(self, message: Message, *, share: int = 1) -> str:
        del share
        self.sent.append(message)
        return self.outcome
