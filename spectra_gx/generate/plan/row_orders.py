"""Plan the columns whose values follow the order of the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.generate.partitioned_files import partitions_in
from spectra_gx.generate.plan.table_parts import TAKEN
from spectra_gx.generate.rows.choosers import Digit, System, limited
from spectra_gx.generate.values.streams import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import Rule
    from spectra_gx.generate.plan.keys import KeyPlan
    from spectra_gx.generate.plan.table_parts import TableParts
    from spectra_gx.generate.values.streams import Rows


def plan_orders(parts: TableParts, keys: KeyPlan) -> None:
    """Put columns in order; what keys have decided already stays, if it can."""
    partitioned = any(rule.kind == "partitioned_by" for rule in parts.table.rules)
    partitioned |= partitions_in(parts.table) is not None
    for rule in parts.rules.orders:
        by = tuple(rule.argument["by"])
        following = tuple(column for column in rule.columns if column not in by)
        down = rule.argument["order"] == "descending"
        dropped = parts.around.breaks.rows.get(rule.id)
        if partitioned and not following:
            parts.unbuilt[rule.id] = "the rows of a table with partitions are in no order"
            continue
        wanted = [(by, down and not following, None if following else dropped)]
        wanted += [((column,), down, dropped) for column in following]
        for columns, descending, rows in wanted:
            if not _put_in_order(rule, columns, parts, keys, rows, descending=descending):
                parts.unbuilt[rule.id] = TAKEN


def _put_in_order(
    rule: Rule,
    columns: Sequence[str],
    parts: TableParts,
    keys: KeyPlan,
    dropped: Rows | None,
    *,
    descending: bool,
) -> bool:
    """Put columns in the order of the rows; return whether that was possible."""
    first = keys.digits.get(columns[0])
    if columns[0] in parts.sequences:
        return not descending
    if first is not None and len(first.system.sizes) == 1 and first.system.total >= parts.count:
        # Any order is as good for a key: it is that of the rows.
        system = replace(first.system, by_row=True, descending=descending)
        keys.digits[columns[0]] = Digit(system)
        return True
    digits = [keys.digits.get(column) for column in columns]
    if first is not None:
        system = first.system
        alike = system.by_row and system.descending == descending
        return alike and all(
            digit is not None and digit.system is system and digit.number == place
            for place, digit in enumerate(digits)
        )
    busy = {*parts.references, *parts.sequences, *parts.equal}
    if any(digits) or busy & set(columns) or any(parts.domain(one) is None for one in columns):
        return False
    system = System(
        parts.count,
        limited([parts.size(column) for column in columns]),
        key_of(parts.around.seed, rule.id, *columns),
        descending=descending,
        dropped=dropped,
    )
    keys.digits |= {column: Digit(system, place) for place, column in enumerate(columns)}
    return True
