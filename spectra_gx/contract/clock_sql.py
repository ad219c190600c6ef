"""The run's clock in contract SQL: `{now}`, `{today}`, `{now - 30d}`, filled in before it runs.

A clock becomes a literal of the type that its place takes: an instant, a wall clock or a day. Which
one is found by trial, since types are checked anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, product
from typing import TYPE_CHECKING, TypeAlias

from spectra_gx.contract.clocks import CLOCK_IN_SQL, WAYS, ClockValue, clocks_in, read_clock
from spectra_gx.contract.sql.exact import exact_condition, exact_query
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.contract.sql.guard import Readable

Fits: TypeAlias = Callable[[str], object]
"""Raises SqlRefused for SQL that may not run."""

Instants: TypeAlias = Callable[[ClockValue, str], datetime]
"""From a clock and a time zone to an instant, in UTC."""

_NOWHERE = "null"
"""What fits everywhere, in place of clocks whose type is still to be found."""


def without_clocks(sql: str) -> str:
    """Return SQL with nothing in the place of each clock, to see what else it reads."""
    return _filled(sql, [_NOWHERE] * len(clocks_in(sql)))


def zones_of(sql: str, tables: Iterable[Table]) -> frozenset[str | None]:
    """Return the time zones of the wall clocks that SQL names; None for columns without one."""
    words = set(re.findall(r"\w+", sql))
    return frozenset(
        column.timezone
        for table in tables
        for column in table.columns
        if column.type == "timestamp_ntz" and words >= set(re.findall(r"\w+", column.name))
    )


def fill_clocks(sql: str, instants: Instants, zones: frozenset[str | None], fits: Fits) -> str:
    """Return SQL with a literal in the place of each clock.

    Args:
        sql: A query or a condition.
        instants: The run's clock.
        zones: Time zones of the wall clocks that the SQL names.
        fits: Checks SQL without clocks.

    Raises:
        SqlRefused: No literal fits, or the SQL may not run for another reason.
    """
    clocks = clocks_in(sql)
    if not clocks:
        return sql
    named = frozenset(zone or "UTC" for zone in zones)
    literals = [list(_literals(_read(clock), instants, named)) for clock in clocks]
    mixed = product(*literals) if len(clocks) <= _MOST_MIXED else ()
    for chosen in chain(zip(*literals, strict=False), mixed):
        if _is_fit(text := _filled(sql, chosen), fits):
            return text
    fits(without_clocks(sql))  # what is wrong beside clocks is said first
    raise SqlRefused(_misfit(", ".join(f"`{{{clock}}}`" for clock in dict.fromkeys(clocks)), named))


_MOST_MIXED = 4
"""Clocks of different types in one piece of SQL, for which all combinations are tried."""


def _read(clock: str) -> ClockValue:
    value = read_clock(clock)
    if value is None:
        raise SqlRefused(f"`{{{clock}}}` is no clock; in braces write {WAYS.replace('`', '')}")
    return value


def _literals(value: ClockValue, instants: Instants, zones: frozenset[str]) -> Iterator[str]:
    """Yield a clock as an instant, as a wall clock, and, where it is a midnight, as a day."""
    instant = instants(value, "UTC").replace(tzinfo=None)
    yield f"cast('{_text(instant)}+00:00' as timestamptz)"
    if len(zones) <= 1:
        yield f"cast('{_text(_reading(value, instants, *zones))}' as timestamp)"
    if value.base == "today" and not value.offset % timedelta(days=1):
        yield f"cast('{instant.date().isoformat()}' as date)"


def _reading(value: ClockValue, instants: Instants, zone: str = "UTC") -> datetime:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # few contracts have one

    return instants(value, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def _filled(sql: str, literals: Sequence[str]) -> str:
    left = iter(literals)
    return CLOCK_IN_SQL.sub(lambda found: next(left) if found["clock"] else found[0], sql)


def _is_fit(sql: str, fits: Fits) -> bool:
    try:
        fits(sql)
    except SqlRefused:
        return False
    return True


def _misfit(shown: str, zones: frozenset[str]) -> str:
    if len(zones) > 1:
        return (
            f"{shown} is used with wall clocks of several time zones, "
            f"{', '.join(sorted(zones))}; write a `compare` for each column"
        )
    return (
        f"{shown} does not fit what it is used with: a clock is a timestamp; for a date write "
        "`{today}`, with whole days"
    )


@dataclass(frozen=True)
class ClockFiller:
    """Fills clocks into the SQL of rules, as far as it may run."""

    tables: Sequence[Table]
    """Those of the contract."""

    readable: Readable
    types: Mapping[str, Mapping[str, str | None]]
    """Table → column → canonical type, None where nobody declares it."""

    instants: Instants

    def query(self, sql: str, rule: Rule) -> str:
        """Return the query of a rule; SqlRefused as for `fill_clocks`."""

        def fits(text: str) -> None:
            exact_query(guard_query(text, table=rule.table, tables=self.readable), self.types)

        return self._filled(sql, fits)

    def where(self, sql: str, rule: Rule) -> str:
        """Return the condition of a rule; SqlRefused as for `fill_clocks`."""

        def fits(text: str) -> None:
            guard_condition(text, table=rule.table, columns=self.readable[rule.table])
            exact_condition(text, self.types.get(rule.table, {}))

        return self._filled(sql, fits)

    def rule(self, rule: Rule) -> Rule:
        """Return a rule with the clocks in its SQL filled in; where none fits, as it was."""
        with suppress(SqlRefused):
            if rule.kind == "sql" and clocks_in(rule.argument):
                rule = replace(rule, argument=self.query(rule.argument, rule))
            if rule.kind == "sql_value" and clocks_in(rule.argument["query"]):
                query = self.query(rule.argument["query"], rule)
                rule = replace(rule, argument={**rule.argument, "query": query})
            if clocks_in(rule.where):
                rule = replace(rule, where=self.where(rule.where or "", rule))
        return rule

    def _filled(self, sql: str, fits: Fits) -> str:
        return fill_clocks(sql, self.instants, zones_of(sql, self.tables), fits)
