"""How old the data of tables was when they were checked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import tzinfo

    from spectra_gx.contract.model import Rule, StageContract
    from spectra_gx.validation.results import StageResult


def table_ages(contract: StageContract, result: StageResult) -> dict[str, float]:
    """Return table → seconds from its newest instant to the clock of the check.

    A `freshness` rule measures it; of several of a table, what is oldest counts. Instants of
    sensitive columns are hidden, so that nothing follows from them.
    """
    rules = {rule.id: rule for rule in contract.rules() if rule.kind == "freshness"}
    ages: dict[str, float] = {}
    for table in result.tables:
        for found in table.rules:
            newest = _instant(rules.get(found.id), found.observed)
            if newest is not None:
                age = (result.as_of - newest).total_seconds()
                ages[table.table] = max(age, ages.get(table.table, age))
    return ages


def _instant(rule: Rule | None, observed: Any) -> datetime | None:
    """Return the instant that a rule observed; a day is its midnight in UTC."""
    if rule is None or not isinstance(observed, str):
        return None
    try:
        found = datetime.fromisoformat(observed)
    except ValueError:  # hidden
        return None
    return found if found.tzinfo else found.replace(tzinfo=_zone(rule, observed))


def _zone(rule: Rule, observed: str) -> tzinfo:
    """Return the zone of a wall clock's reading; days are UTC's, whatever the zone."""
    is_day = len(observed) == len("2026-11-29")
    zone = None if is_day else rule.argument.get("timezone")
    return ZoneInfo(zone) if zone else UTC
