"""How old data may be, as ODCS agrees on it, as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.odcs.custom_properties import read_own_properties
from spectra_gx.interop.odcs.vocabulary import RULE

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Draft
    from spectra_gx.interop.odcs.name_map import NameMap
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_UNITS = {
    **dict.fromkeys(("s", "sec", "second"), "s"),
    **dict.fromkeys(("m", "min", "minute"), "m"),
    **dict.fromkeys(("h", "hr", "hour"), "h"),
    **dict.fromkeys(("d", "day"), "d"),
    **dict.fromkeys(("w", "week"), "w"),
}


def read_service_levels(odcs: TrackedMapping, found: NameMap, draft: Draft) -> None:
    """Write a rule for each latency of a column; every other agreement is a loss."""
    for level in odcs.mappings("slaProperties"):
        if any(own.key == RULE for own in read_own_properties(level)):
            level.discard_rest()
            continue
        rule = _freshness(level, found)
        if rule is None:
            level.add_loss(
                "only a latency of a column of the file, in seconds to weeks, can be a rule"
            )
        else:
            table, column, max_age = rule
            freshness = {"column": column, "max_age": max_age}
            draft.add_rule(table, {"id": f"{column}-fresh", "freshness": freshness}, level.path)
            level.end()


def _freshness(level: TrackedMapping, found: NameMap) -> tuple[str, str, str] | None:
    """Return table, column and age of an agreement that can be a rule."""
    name, value = level.text("property"), level.take("value", int, float, str, bool)
    unit = (level.text("unit") or "d").lower()
    known_unit = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    element = found.resolve(level.text("element") or "")
    if name not in ("latency", "freshness") or type(value) is not int or element is None:
        return None
    known = element[0] in {table.name for table in found.tables}
    return (*element, f"{value}{known_unit}") if known and known_unit else None
