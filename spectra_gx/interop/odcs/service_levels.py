"""Agreed maximum ages of ODCS as `freshness` rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.odcs.custom_properties import read_own_properties
from spectra_gx.interop.odcs.vocabulary import RULE

if TYPE_CHECKING:
    from spectra_gx.interop.odcs.name_map import OdcsDraft
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_UNITS = {
    **dict.fromkeys(("s", "sec", "second"), "s"),
    **dict.fromkeys(("m", "min", "minute"), "m"),
    **dict.fromkeys(("h", "hr", "hour"), "h"),
    **dict.fromkeys(("d", "day"), "d"),
    **dict.fromkeys(("w", "week"), "w"),
}


def read_service_levels(odcs: TrackedMapping, draft: OdcsDraft) -> None:
    """Add a rule for each latency of a column; every other agreement is a loss."""
    for level in odcs.mappings("slaProperties"):
        if any(own.key == RULE for own in read_own_properties(level)):
            level.discard_rest()
            continue
        rule = _freshness(level, draft)
        if rule is None:
            level.add_loss(
                "only the latency of a column in this file, in seconds to weeks, is supported"
            )
        else:
            table, column, max_age = rule
            freshness = {"column": column, "max_age": max_age}
            draft.add_rule(table, {"id": f"{column}-fresh", "freshness": freshness}, level.path)
            level.end()


def _freshness(level: TrackedMapping, draft: OdcsDraft) -> tuple[str, str, str] | None:
    """Return table, column and age of a supported agreement."""
    name, value = level.text("property"), level.take("value", int, float, str, bool)
    unit = (level.text("unit") or "d").lower()
    known_unit = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    element = draft.names.resolve(level.text("element") or "")
    if name not in ("latency", "freshness") or type(value) is not int or element is None:
        return None
    known = element[0] in {table.name for table in draft.names.tables}
    return (*element, f"{value}{known_unit}") if known and known_unit else None
