"""Metrics about rows: what GX requests of an expectation is what is requested without GX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from great_expectations.expectations import registry
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from spectra_gx.compiler.registry import AS_OF
from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.validation.gx import expectations as _registered  # noqa: F401 - GX learns them here
from spectra_gx.validation.gx.metric_registry import METRICS, request_of
from spectra_gx.validation.metrics.conditions import CONDITIONS
from spectra_gx.validation.metrics.families import (
    FAMILIES,
    METRIC_OF,
    NESTED,
    OWN_ARGUMENTS,
    request_for,
)
from spectra_gx.validation.redaction import plain
from tests.contract.checking import CLOCK
from tests.contract.test_expectations_of_gx import contract_of_expectations
from tests.contract.test_row_rules import CONTRACT

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule
    from spectra_gx.validation.metrics.metric_requests import MetricRequest

NULLS = "expect_column_values_to_not_be_null"
RULES = [
    rule
    for contract in (CONTRACT, contract_of_expectations())
    for table in contract.tables
    for rule in table.rules
]


def compiled(rule: Rule) -> tuple[str, dict[str, Any]]:
    expectation = compile_rule(rule)
    return expectation["type"], {
        name: CLOCK.as_of.isoformat() if value == {"$PARAMETER": AS_OF} else value
        for name, value in expectation["kwargs"].items()
    }


def requested_by_gx(type_: str, kwargs: dict[str, Any]) -> MetricRequest | None:
    """Return the count of failing rows that GX requests; nulls it counts beside are no rule."""
    configuration = ExpectationConfiguration(type=type_, kwargs=dict(kwargs))
    dependencies = configuration.to_domain_obj().get_validation_dependencies()
    for metric in dependencies.metric_configurations.values():
        if METRICS.get(metric.metric_name, ("", ""))[1] != "unexpected_count":
            continue
        request = request_of(metric, ())
        if request.base != METRIC_OF[NULLS] or request.path or type_ == NULLS:
            return request
    return None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_requested_as_gx_requests_it(rule: Rule) -> None:
    type_, kwargs = compiled(rule)
    by_gx, ours = requested_by_gx(type_, kwargs), request_for(type_, kwargs)
    assert (ours is None) == (by_gx is None)
    if ours is not None and by_gx is not None:
        for part in ("base", "part", "columns", "where", "ignored_rows", "path"):
            assert getattr(ours, part) == getattr(by_gx, part), part
        # GX reads days and instants of texts, which are the same literals in SQL.
        given = {name: plain(one) for name, one in by_gx.values.items() if one not in (None, False)}
        found = {name: plain(one) for name, one in ours.values.items() if name in given}
        assert {**DEFAULTS, **found, **_absent(given)} == {**DEFAULTS, **given}


def _absent(given: dict[str, Any]) -> dict[str, Any]:
    """Return what GX gives with a value that is taken for granted."""
    return {name: one for name, one in given.items() if DEFAULTS.get(name) == one}


DEFAULTS = {"match_on": "any"}
"""What GX fills in, and a metric takes for granted."""


def test_every_expectation_about_rows_belongs_to_a_family() -> None:
    of_gx = {
        name: registry.get_expectation_impl(name).map_metric  # type: ignore[attr-defined]
        for name in registry.list_registered_expectation_implementations()
        if getattr(registry.get_expectation_impl(name), "map_metric", None)
    }
    answered = {
        name: metric for name, metric in of_gx.items() if f"{metric}.unexpected_count" in METRICS
    }
    ours = {name: base for name, base in METRIC_OF.items() if not base.startswith("rows.")}
    assert answered == ours
    assert of_gx.keys() - answered.keys() == {
        "expect_column_values_to_be_in_type_list",
        "expect_column_values_to_be_of_type",
    }
    known = registry.list_registered_expectation_implementations()
    assert {*METRIC_OF, NESTED} <= {*known}


def test_every_condition_is_reached_by_an_expectation() -> None:
    assert CONDITIONS.keys() <= FAMILIES.keys()


def test_a_metric_that_gx_does_not_have_says_its_arguments() -> None:
    of_gx = {name.rpartition(".")[0] for name in _names_of_gx()}
    assert {base for base in FAMILIES if base not in of_gx} == OWN_ARGUMENTS.keys()


def _names_of_gx() -> set[str]:
    return {
        name
        for name, found in registry._registered_metrics.items()
        if any(not one[0].__name__.startswith("Delta") for one in found["providers"].values())
    }
