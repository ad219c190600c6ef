"""Cases of rules that compare values with the run's clock: midnight, 2026-11-21 UTC."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.contract.cases import at, case, local

MIDNIGHT = at("2026-11-21")
BEFORE, AFTER = at("2026-11-20T23:59:59.999999"), at("2026-11-21T00:00:00.000001")
DAYS = [date(2026, 11, day) for day in (19, 20, 21, 22)]


def _broken(name: str, type_: str, words: str, good: Any, bad: Any, message: str) -> None:
    """Add a case of a column key whose first bad value breaks it and whose others keep it."""
    kind = words.rsplit(", ", maxsplit=1)[-1].partition(":")[0]
    case(
        name,
        kind,
        type_,
        key=words,
        good=[*good, None],
        bad=[*bad, None],
        unexpected=1,
        ids=[1],
        message=f"1 of {len(bad)} {'row' if len(bad) == 1 else 'rows'}: {message}",
    )


_broken(
    *("clock_max", "timestamp", "max: now", [MIDNIGHT, BEFORE], [AFTER, MIDNIGHT]),
    "`x` is above now",
)
_broken(
    *("clock_below", "timestamp", "below: now", [BEFORE], [MIDNIGHT, BEFORE]),
    "`x` is not below now",
)
_broken(
    *("clock_min", "timestamp", "min: now - 1d", [at("2026-11-20")]),
    *([at("2026-11-19T23:59:59.999999"), at("2026-11-20")], "`x` is below now - 1d"),
)
_broken(
    *("clock_above", "timestamp", "above: today-24h", [at("2026-11-20T00:00:00.000001")]),
    *([at("2026-11-20"), MIDNIGHT], "`x` is not above today - 24h"),
)
_broken(
    *("clock_const", "timestamp", "const: today", [MIDNIGHT], [AFTER, MIDNIGHT]),
    "`x` is not today",
)
_broken(
    *("clock_days", "date", "max: today + 1d", DAYS, [date(2026, 11, 23), *DAYS]),
    "`x` is above today + 1d",
)
# A day counts from its midnight: 36 hours before the clock is noon of the 19th.
_broken(
    *("clock_days_min", "date", "min: now - 36h", DAYS[1:], DAYS),
    "`x` is below now - 36h",
)
_broken(
    *("clock_days_max", "date", "max: now - 36h", DAYS[:1], [DAYS[1], DAYS[0]]),
    "`x` is above now - 36h",
)
_broken(
    *("clock_days_above", "date", "above: now - 36h", DAYS[1:], DAYS),
    "`x` is not above now - 36h",
)
_broken(
    *("clock_days_below", "date", "below: now - 36h", DAYS[:1], [DAYS[1], DAYS[0]]),
    "`x` is not below now - 36h",
)
case(
    "clock_never",
    "const",
    "date",
    key="const: now - 36h",
    good=[None],
    bad=[DAYS[0], None],
    unexpected=1,
    ids=[1],
    message="1 of 1 row: `x` is not now - 36h",
)
_broken(
    *("clock_wall_utc", "timestamp_ntz", "max: now", [local("2026-11-21")]),
    *([local("2026-11-21T00:00:00.000001"), local("2026-11-21")], "`x` is above now"),
)
# In Berlin it is one o'clock.
_broken(
    *("clock_wall", "timestamp_ntz", "timezone: Europe/Berlin, max: now"),
    *([local("2026-11-21T01:00")], [local("2026-11-21T01:00:01"), local("2026-11-21T01:00")]),
    "`x` is above now",
)
_broken(
    *("clock_wall_today", "timestamp_ntz", "timezone: America/New_York, min: today"),
    *([local("2026-11-20")], [local("2026-11-19T23:59:59"), local("2026-11-20")]),
    "`x` is below today",
)
_broken(
    *("clock_end", "date", "max: now - 999999w", [], [date(1, 1, 2), date(1, 1, 1)]),
    "`x` is above now - 999999w",
)
case(
    "clock_compare",
    "compare",
    "timestamp",
    rule='compare: "x <= {now}"',
    good=[MIDNIGHT, None],
    bad=[AFTER, MIDNIGHT, None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x <= now` is not satisfied",
)
case(
    "clock_differs",
    "compare",
    "date",
    rule="compare: 'x <> {today - 1d}', mostly: 0.75",
    good=[*DAYS[:1], *DAYS[2:], None],
    bad=[DAYS[1], DAYS[0], None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x <> today - 1d` is not satisfied "
    "(at least 0.75 of the rows must satisfy it)",
)
