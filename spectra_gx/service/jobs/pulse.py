"""Something that many wait for at once."""

from __future__ import annotations

import asyncio


class Pulse:
    """Wakes all who wait; who looks and then waits, with no `await` between, misses none."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def beat(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Wait for the next beat; return whether it came in time."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True
