"""Find semantic problems in a contract whose keys are all well-formed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.checks.contradictions import ComparisonBudget, find_contradictions
from spectra_gx.contract.earlier_runs import remembers_value
from spectra_gx.contract.excerpts import contains_token, did_you_mean, looks_secret, quote
from spectra_gx.contract.model import Column, Rule, Severity, StageContract, Table
from spectra_gx.contract.problems import LINE_BREAK, Report
from spectra_gx.contract.rule_selection import column_of
from spectra_gx.contract.yaml.node_lookup import key_at, rule_node, scalars_in, texts_at
from spectra_gx.contract.yaml.nodes import TOP, MapNode, Node, ScalarNode, Spot, node_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_MAY_LOOK_RANDOM = frozenset({"pattern", "sql", "where", "required_if", "query"})
_ALLOWED = {"required": "null", "unique": "repeated value"}
"""Key of a column → what its `false` seems to allow."""

_COMMENTS = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
_REVOKE = (
    "this looks like a secret; revoke it, remove it, and name the variable that contains the new "
    "one under `inputs`"
)


def check_contract(contract: StageContract, root: Node, report: Report) -> None:
    """Report whatever is wrong in a contract beyond the form of its keys."""
    rules = _check_rule_ids(contract, report)
    _check_proofs(contract, rules, root, report)
    patience = ComparisonBudget()
    for table in contract.tables:
        for column in _every_column(table.columns):
            for rule, message in find_contradictions(column, patience):
                report.add(rule.place or TOP, message)
        _note_key(table, root, report)
        _note_conditions(table, root, report)
        _check_memories(table, report)
    _check_consumes(contract, root, report)
    _check_secrets(root, report)


def _note_key(table: Table, root: Node, report: Report) -> None:
    """Note what columns of a primary key seem to allow, which the key does not."""
    for name in table.primary_key:
        column = ("tables", table.name, "columns", name)
        for key, allowed in _ALLOWED.items():
            written = node_at(root, *column, key)
            value = node_at(written, "value") if isinstance(written, MapNode) else written
            if key == "unique" and len(table.primary_key) > 1:
                continue
            if isinstance(value, ScalarNode) and value.value is False:
                report.note(
                    key_at(root, *column, key),
                    f"`{key}: false` of column {quote(name)} has no effect: it is in the "
                    f"`primary_key`, which no {allowed} passes; leave it out",
                )


def _note_conditions(table: Table, root: Node, report: Report) -> None:
    """Note conditions of columns that are required in every row."""
    for rule in table.rules:
        column = column_of(rule, table) if rule.kind == "required_if" else None
        if column is not None and column.required:
            report.note(
                rule_node(root, rule, rule.kind),
                f"{quote(rule.id)} has no effect: column {quote(column.name)} is required in "
                "every row; leave one of them out",
            )


def _check_memories(table: Table, report: Report) -> None:
    """Report rules that compare with earlier runs what the log never keeps."""
    for rule in table.rules:
        sensitive = sorted(table.sensitive_columns.intersection(rule.columns))
        if remembers_value(rule) and sensitive:
            report.add(
                rule.place or TOP,
                f"{quote(rule.id)} compares with earlier runs, of which the log keeps no values of "
                f"{quote(sensitive[0])}, a sensitive column; remove `change` and `expected`",
            )


def _every_column(columns: Iterable[Column]) -> Iterator[Column]:
    """Yield columns and whatever is declared inside them."""
    for column in columns:
        yield column
        yield from _every_column(column.parts)


def _check_secrets(root: Node, report: Report) -> None:
    """Report texts and comments that no contract may keep."""
    for may_look_random, node in scalars_in(root, _MAY_LOOK_RANDOM):
        if contains_token(node.text) if may_look_random else looks_secret(node.text):
            report.add(node, _REVOKE, "secret")
    if "#" not in report.text or not looks_secret("\n".join(_COMMENTS.findall(report.text))):
        return
    for number, line in enumerate(LINE_BREAK.split(report.text), start=1):
        comment = _COMMENTS.search(line)
        if comment is not None and looks_secret(comment[0]):
            report.add(Spot(number, comment.start() + 1), _REVOKE, "secret")


def _check_rule_ids(contract: StageContract, report: Report) -> dict[str, Rule]:
    """Report ids that are used twice; return the rules by id."""
    rules: dict[str, Rule] = {}
    for rule in contract.rules():
        first = rules.setdefault(rule.id, rule)
        if first is not rule and first.place is not None:
            reason = f"the id {quote(rule.id)} is taken by the rule on line {first.place.line}"
            report.add(rule.place or TOP, f"{reason}; choose another")
    return rules


def _check_proofs(
    contract: StageContract, rules: dict[str, Rule], root: Node, report: Report
) -> None:
    """Report guarantees and handoffs that rest on rules that do not exist."""
    named = list(texts_at(root, "handoff", "requires"))
    seen: set[str] = set()
    for index in range(len(contract.guarantees)):
        named += texts_at(root, "guarantees", index, "proven_by")
        node = node_at(root, "guarantees", index, "id")
        if isinstance(node, ScalarNode) and node.text in seen:
            report.add(node, f"another guarantee has the id {quote(node.text)}; choose another")
        seen.add(node.text if isinstance(node, ScalarNode) else "")
    for at, rule_id in named:
        if rule_id not in rules:
            hint = did_you_mean(rule_id, rules) or "; rule ids are `<table>.<column>.<key>`"
            report.add(at, f"no rule has the id {quote(rule_id)}{hint}")
        elif rules[rule_id].severity != Severity.CRITICAL:
            reason = f"rule {quote(rule_id)} is `{rules[rule_id].severity}`, so it never gates"
            report.note(at, f"{reason}; make it critical if this depends on it")


def _check_consumes(contract: StageContract, root: Node, report: Report) -> None:
    for need in contract.consumes:
        if need.stage == contract.name:
            at = key_at(root, "consumes", need.stage)
            report.add(at, f"stage {quote(need.stage)} consumes itself; remove it")
        for name in need.tables:
            if contract.table(name) is not None:
                at = key_at(root, "consumes", need.stage, "tables", name)
                report.add(at, f"table '{name}' is both declared and consumed; keep one of them")
