"""What a rule's clock value is in a run: an instant, a reading of a wall clock, or a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from spectra_gx.contract.clock_sql import ClockFiller
from spectra_gx.contract.clocks import read_clock, reads_clock
from spectra_gx.contract.rule_selection import map_rules
from spectra_gx.errors import EngineError
from spectra_gx.validation.snapshot.age_limits import oldest_reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.clocks import ClockValue
    from spectra_gx.contract.model import Table
    from spectra_gx.contract.sql.guard import Readable


def clock_limit(values: Mapping[str, Any], type_text: str) -> date | datetime | None:
    """Return what values of a type are compared with; None where no value can equal it.

    `values` are the arguments of the metric: operator, clock, as_of and timezone.
    """
    value = read_clock(values["clock"])
    if value is None:
        raise EngineError(f"`{values['clock']}` is no clock value")
    zone = values.get("timezone") or "UTC"
    instant = clock_instant(value, datetime.fromisoformat(values["as_of"]), zone)
    if type_text == "date":
        return _day(instant, values["operator"])
    if type_text == "timestamp_ntz":
        return _reading(instant, zone, values["operator"])
    return instant


def clock_instant(value: ClockValue, as_of: datetime, zone: str = "UTC") -> datetime:
    """Return the instant of a clock value; beyond the calendar, its first or last."""
    try:
        if value.base == "now":
            return as_of.astimezone(UTC) + value.offset
        # Days are counted on the zone's calendar, where one may have 23 or 25 hours.
        midnight = datetime.combine(as_of.astimezone(ZoneInfo(zone)), time())
        return (midnight + value.offset).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return (datetime.min if value.sign == "-" else datetime.max).replace(tzinfo=UTC)


def fill_in_clock(
    table: Table,
    tables: Sequence[Table],
    readable: Readable,
    types: Mapping[str, Mapping[str, str | None]],
    as_of: datetime,
) -> Table:
    """Return a table with a run's instant in place of the clocks in the SQL of its rules.

    `tables` are those of its contract, `types` is table → column → type.
    """
    if not any(map(reads_clock, table.rules)):
        return table
    filler = ClockFiller(
        tables, readable, types, lambda value, zone: clock_instant(value, as_of, zone)
    )
    return map_rules(table, filler.rule)


def _day(instant: datetime, operator: str) -> date | None:
    """Return the day to compare days with, each of which counts from its midnight in UTC."""
    day = instant.date()
    if instant.time() == time():
        return day
    if operator in ("=", "<>"):
        return None
    later = operator in (">=", "<") and day < date.max
    return day + timedelta(days=1) if later else day


def _reading(instant: datetime, zone: str, operator: str) -> datetime:
    """Return the reading to compare readings of a wall clock with.

    In the hour that a clock shows twice, a reading counts as the first of the two.
    """
    if operator in (">=", ">"):
        return oldest_reading(instant, zone)
    try:
        return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    except OverflowError:
        return datetime.min if instant.year == 1 else datetime.max
