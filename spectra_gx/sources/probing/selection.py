"""Choose the endpoints that a run probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from spectra_gx.sources.source import Endpoint

DAYS = 7
"""Within how many days each endpoint is probed, where the limit allows it."""


def choose_endpoints(
    endpoints: Sequence[Endpoint], day: date, limit: int | None
) -> Sequence[Endpoint]:
    """Return the endpoints of a catalogue that are probed on a day, in the catalogue's order.

    With as many probes as there are categories, each category has one every day. With a seventh
    of the endpoints more, each endpoint has one within any seven days.

    Args:
        endpoints: The catalogue; only those that may be probed are chosen.
        day: Nothing else decides between two runs of one catalogue.
        limit: How many at most; None for all.
    """
    ring = [endpoint for endpoint in endpoints if endpoint.is_probed]
    if limit is None or limit >= len(ring):
        return ring
    chosen = _one_per_category(ring, day) if limit else set()
    if len(chosen) > limit:
        chosen = set()
    # Each day goes on where the day before ended: what is chosen already takes no room.
    step = limit - len(chosen)
    start = day.toordinal() * step
    for offset in range(len(ring)):
        if len(chosen) == limit:
            break
        chosen.add((start + offset) % len(ring))
    return [endpoint for position, endpoint in enumerate(ring) if position in chosen]


def _one_per_category(ring: Sequence[Endpoint], day: date) -> set[int]:
    """Return the positions of one endpoint per category, another one every day."""
    categories: dict[str, list[int]] = {}
    for position, endpoint in enumerate(ring):
        categories.setdefault(endpoint.category, []).append(position)
    return {members[day.toordinal() % len(members)] for members in categories.values()}
