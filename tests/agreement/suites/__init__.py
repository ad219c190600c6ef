"""Contracts and their tables, each to be checked in every place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.agreement.suites.conditions import conditions
from tests.agreement.suites.examples import examples
from tests.agreement.suites.expectations import expectations
from tests.agreement.suites.layouts import layouts
from tests.agreement.suites.nested import nested
from tests.agreement.suites.rows import row_rules
from tests.agreement.suites.sets import sets_and_values
from tests.agreement.suites.statistics import statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.agreement.suites.suite import Suite

SUITES: Mapping[str, Callable[[str], Suite]] = {
    "examples": examples,
    "row-rules": row_rules,
    "expectations": expectations,
    "statistics": statistics,
    "sets-and-values": sets_and_values,
    "layouts": layouts,
    "nested": nested,
    "conditions": conditions,
}
"""Each is called with `good`, for tables that keep its rules, or with `bad`."""

WHICH = ("good", "bad")
