"""Freshness of dbt's sources as rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.dbt.generic_tests import duration
from spectra_gx.interop.foreign.sql import NotConvertibleError, take_condition
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.foreign.draft import ForeignTable

_LEVELS = {"error_after": "critical", "warn_after": "warning"}
_NAME = re.compile(r"\"?[A-Za-z_]\w*\"?|`[^`]+`", re.ASCII)


def read_freshness(
    item: TrackedMapping,
    config: TrackedMapping,
    table: ForeignTable,
    around: dict[str, Any],
    dialect: str | None,
) -> None:
    """Add the rules for the age of the newest row; the table's own words precede its source's."""
    if any("freshness" in list(said) and said.peek("freshness") is None for said in (config, item)):
        item.take("loaded_at_field", str)
        return  # null switches off what the source says
    own = config.take("freshness", object) or item.take("freshness", object)
    field = config.text("loaded_at_field") or item.text("loaded_at_field")
    field = field or around.get("loaded_at_field")
    given = {**(around.get("freshness") or {}), **own} if isinstance(own, dict) else own
    given = given if given is not None else around.get("freshness")
    if not isinstance(given, dict):
        return
    said = TrackedMapping(given, item.at("freshness"), table.draft.losses)
    try:
        condition = take_condition(said, "filter", dialect)
        for key, severity in _LEVELS.items():
            age = said.mapping(key)
            count, unit = age.take("count", int), age.text("period")
            if count is not None:
                _add_rule(table, field, duration(count, unit), severity, condition, said.path)
            age.end()
    except NotConvertibleError as error:
        said.add_loss(f"freshness: {error}")
        return
    said.end()


def _add_rule(
    table: ForeignTable,
    field: Any,
    age: str,
    severity: str,
    where: str | None,
    path: str,
) -> None:
    if not isinstance(field, str) or not _NAME.fullmatch(field.strip()):
        raise NotConvertibleError("it needs a `loaded_at_field` that is the name of a column")
    column = table.column(field, path)
    options = {} if severity == "critical" else {"severity": severity}
    if where:
        options["where"] = where
    rule = {"freshness": {"column": column, "max_age": age}}
    name = f"{column}-freshness" + ("" if severity == "critical" else "-warning")
    table.add_rule(name, rule, path, **options)
