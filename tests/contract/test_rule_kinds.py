"""A rule kind is whole: what it needs beside its entry exists, or its absence has a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from spectra_gx.compiler.rule_compilation import compile_rule, compiled_kinds
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.contract.rules.catalogue import CATALOGUE, KINDS
from spectra_gx.contract.rules.kinds import Position
from spectra_gx.interop.exporters import EXPORTS
from spectra_gx.interop.gx.expectation_mapping import map_expectation
from spectra_gx.interop.gx.mapped_rules import ListedRule
from spectra_gx.review.compare.kind_comparers import comparer_of
from spectra_gx.validation.gx.metric_registry import METRICS
from spectra_gx.validation.messages import SENTENCES, describe_failure
from tests.docs.pages import read, rule_pages
from tests.property.contract.documents import DRAWN

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule
    from spectra_gx.contract.rules.kinds import RuleKind


PAGES: Any = rule_pages()
CONTRACT = parse_contract(yaml.safe_dump(PAGES.example_contract()).encode(), "demo.yaml")
RULES = {rule.id: rule for rule in CONTRACT.rules()}
ON_TABLES = [kind for kind in CATALOGUE if Position.EVERY_STAGE not in kind.positions]

NO_MAPPING = {
    "const": "GX has a set of one value for it, which is read as `enum`; `meta.rule` says more",
    "required_if": "GX has `required` with a row condition for it, which is read as that",
}
"""Kinds that a GX suite does not give back → why."""

PART_OF_THE_TABLE = {
    "columns": "the declared columns themselves say it",
    "type": "the type of a column says it",
    "column_order": "the order of the declared columns says it",
}
"""Kinds that are exported although dropping the rule changes nothing → how."""

WORDED_ELSEWHERE = {
    "sql": "every query has one sentence, whatever rule it is of",
    "undeclared_tables": "a stage's check says it, for it names tables and no rule of one",
}
"""Kinds without a wording and without a sentence of their own → why."""


def rule_of(kind: RuleKind) -> Rule:
    return RULES[PAGES.rule_id(kind)]


def name(kind: RuleKind) -> str:
    return str(PAGES.heading(kind))


@pytest.mark.parametrize("kind", ON_TABLES, ids=name)
def test_a_kind_compiles_to_an_expectation_whose_metrics_the_engine_answers(kind: RuleKind):
    assert kind.key in compiled_kinds()
    compiled = compile_rule(rule_of(kind))
    kwargs = {
        key: "2026-01-01T00:00:00Z" if isinstance(value, dict) and "$PARAMETER" in value else value
        for key, value in compiled["kwargs"].items()
    }
    expectation = ExpectationConfiguration(type=compiled["type"], kwargs=kwargs).to_domain_obj()
    asked = expectation.get_validation_dependencies().metric_configurations.values()
    assert [metric.metric_name for metric in asked if metric.metric_name not in METRICS] == []
    assert asked


@pytest.mark.parametrize("kind", ON_TABLES, ids=name)
def test_a_kind_is_read_back_from_what_it_compiles_to(kind: RuleKind):
    compiled = compile_rule(rule_of(kind))
    compiled["kwargs"].pop("row_condition", None)  # the importer reads it beside the expectation
    mapped, left = map_expectation(compiled["type"], compiled["kwargs"])
    keys = [part.entry if isinstance(part, ListedRule) else {part.key} for part in mapped]
    assert left == []
    assert any(kind.key in key for key in keys) != (kind.key in NO_MAPPING)


@pytest.mark.parametrize("kind", CATALOGUE, ids=name)
def test_a_kind_is_compared_described_and_documented(kind: RuleKind):
    assert callable(comparer_of(kind.key))
    assert bool(kind.wording) != (kind.key in SENTENCES or kind.key in ("sql", "undeclared_tables"))
    assert f"\n## {name(kind)}\n" in read("docs/reference/rules.md")
    if kind.wording:
        assert "{" not in describe_failure(rule_of(kind))


@pytest.mark.parametrize("kind", ON_TABLES, ids=name)
def test_a_kind_is_drawn_by_the_properties(kind: RuleKind):
    assert kind.key in DRAWN


@pytest.mark.parametrize("kind", ON_TABLES, ids=name)
@pytest.mark.parametrize("export", EXPORTS)
def test_a_kind_is_exported_or_its_loss_is_reported(kind: RuleKind, export: str):
    if kind.key in PART_OF_THE_TABLE:
        return
    rule = rule_of(kind)
    table = CONTRACT.table(rule.table)
    assert table is not None
    without = select_rules(table, {other.id for other in table.rules} - {rule.id})
    whole, part = (EXPORTS[export](replace(CONTRACT, tables=(one,))) for one in (table, without))
    assert whole.text != part.text or rule.id in {loss.path for loss in whole.losses}


def test_every_reason_is_for_a_kind():
    reasons = NO_MAPPING.keys() | PART_OF_THE_TABLE.keys() | WORDED_ELSEWHERE.keys()
    assert reasons <= KINDS.keys()
