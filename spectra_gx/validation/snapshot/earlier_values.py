"""What the suites of rules are told of earlier runs, read from the activity log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.registry import past_parameter
from spectra_gx.contract.earlier_runs import remembers_value
from spectra_gx.warehouse.log.run_history import values_of_last_passed_run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from spectra_gx.contract.model import Rule
    from spectra_gx.warehouse.warehouse import Warehouse


def past_parameters(
    rules: Iterable[Rule], warehouse: Warehouse, stage: str, before: datetime | None = None
) -> dict[str, Any]:
    """Return suite parameter → what is known of the earlier runs of a rule.

    Raises:
        WarehouseError: The log cannot be read.
    """
    remembering = [rule for rule in rules if remembers_value(rule)]
    if not remembering:
        return {}
    values = values_of_last_passed_run(warehouse, stage, before)
    return {
        past_parameter(rule.id): {"previous": values.get(rule.id, {}).get("observed")}
        for rule in remembering
    }
