"""Parsers of bounds that earlier runs give."""

from __future__ import annotations

from spectra_gx.contract.parsers.parser import Key, one_of, text_like
from spectra_gx.contract.parsers.records import complete, record


def share_of(percent: str) -> float:
    """Return the share that a percentage spells: 0.2 for `20%`."""
    return float(percent.removesuffix("%")) / 100


PERCENT = text_like(
    r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,3})?%", "a percentage", "write one such as `20%`"
)
CHANGE = complete(
    record(
        "a mapping with max",
        (
            Key(
                "max",
                "By how much it may differ from the last passed run's.",
                PERCENT,
                needed=True,
                example="20%",
            ),
        ),
    ),
    needed=1,
)
EXPECTED = Key(
    "expected",
    "Bounds learnt from earlier runs.",
    complete(
        record(
            "a mapping with sensitivity and season",
            (
                Key(
                    "sensitivity",
                    "How little is unusual: high reports most.",
                    one_of("low", "medium", "high"),
                    needed=True,
                    example="medium",
                ),
                Key(
                    "season",
                    "What repeats: each weekday (`week`) or hour (`day`) has its own bounds.",
                    one_of("day", "week"),
                    example="week",
                ),
            ),
        ),
        needed=1,
    ),
    example={"sensitivity": "medium", "season": "week"},
)
"""Of row counts, statistics and freshness."""
