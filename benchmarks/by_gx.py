"""The rules as a person writes them in Great Expectations, whatever engine answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import great_expectations as gx
from great_expectations import expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig

from benchmarks.rules import name

if TYPE_CHECKING:
    from collections.abc import Callable

    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context import EphemeralDataContext

    from benchmarks.rules import Case, Rule


def expectation(rule: Rule) -> gxe.Expectation:
    """Return what a person would write for a rule."""
    kind, column, wanted = rule
    if column == "ordered_on" and wanted is not None:
        wanted = date.fromisoformat(wanted)
    known = {"meta": {"rule": name(rule)}}
    match kind:
        case "rows":
            return gxe.ExpectTableRowCountToBeBetween(min_value=wanted, **known)
        case "not_null":
            return gxe.ExpectColumnValuesToNotBeNull(column=column, **known)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=column, **known)
        case "regex":
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=wanted, **known)
        case "length":
            return gxe.ExpectColumnValueLengthsToEqual(column=column, value=wanted, **known)
        case "min":
            return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=wanted, **known)
        case "max":
            return gxe.ExpectColumnValuesToBeBetween(column=column, max_value=wanted, **known)
        case "in_set":
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=wanted, **known)
        case _:
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=column,
                column_B=wanted,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                **known,
            )


def answers(
    case: Case,
    batch_of: Callable[[EphemeralDataContext], BatchDefinition[Any]],
    **parameters: object,
) -> dict[str, int]:
    """Run one checkpoint-like validation of all rules; return how many rows break each.

    Args:
        case: What is promised.
        batch_of: Adds the table to a context.
        parameters: The batch's.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    suite = context.suites.add(gx.ExpectationSuite(name="promises"))
    for rule in case.rules:
        suite.add_expectation(expectation(rule))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name="promises", data=batch_of(context), suite=suite)
    )
    run = definition.run(batch_parameters=parameters or None, result_format="SUMMARY")
    return {
        one.expectation_config.meta["rule"]: one.result.get("unexpected_count", 1 - one.success)
        for one in run.results
        if not one.exception_info.get("raised_exception", False)
        and not any(
            isinstance(told, dict) and told.get("raised_exception")
            for told in one.exception_info.values()
        )
    }
