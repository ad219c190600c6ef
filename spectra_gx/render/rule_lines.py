"""Render the results of rules as lines of a screen, worst first."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from spectra_gx.display import counted
from spectra_gx.render.screen_lines import Line, Tone
from spectra_gx.runner.run_result import SEVERITIES
from spectra_gx.validation.results import RuleResult, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.ERRORED: "!"}
TONES = {Status.PASSED: Tone.PASSED, Status.FAILED: Tone.FAILED, Status.ERRORED: Tone.ERRORED}
WORST_FIRST = (Status.ERRORED, Status.FAILED, Status.PASSED)

_SAMPLES = 3
_SAMPLE_LIMIT = 120
"""Characters; a query may return whole rows."""

_RULES = 10
_OF_SETS = "expect_column_values_to_equal_set_of_table"
"""What compares the values of two columns; what either lacks is observed."""


def rule_lines(
    rules: Sequence[RuleResult], places: Mapping[str, str], *, verbose: bool
) -> Iterator[Line]:
    """Yield what did not pass, worst first; with `verbose` also what did."""
    shown = [rule for rule in rules if verbose or rule.status is not Status.PASSED]
    shown.sort(key=lambda rule: (WORST_FIRST.index(rule.status), SEVERITIES.index(rule.severity)))
    if verbose:
        for rule in shown:
            yield from _rule(rule, places, verbose=True)
        return
    groups = [[*group] for _, group in groupby(shown, key=lambda rule: (rule.status, rule.message))]
    for group in groups[:_RULES]:
        yield from _group(group, places)
    if rest := sum(map(len, groups[_RULES:])):
        text = f"and {counted(rest, 'more rule')} that did not pass; `--verbose` lists them"
        yield Line(text, indent=4)
    yield from _learning([rule for rule in rules if rule.status is Status.PASSED and rule.message])


def _learning(rules: Sequence[RuleResult]) -> Iterator[Line]:
    """Yield the rules that passed because they do not know their bounds yet."""
    for rule in rules[:_SAMPLES]:
        yield Line(f"· {rule.id}: {rule.message}", Tone.DETAIL, indent=4)
    if rest := len(rules[_SAMPLES:]):
        yield Line(f"· and {counted(rest, 'more rule')} without bounds yet", Tone.DETAIL, indent=4)


def _group(rules: Sequence[RuleResult], places: Mapping[str, str]) -> Iterator[Line]:
    """Yield rules with the same result; a table that cannot be read says why once."""
    if len(rules) <= _SAMPLES:
        for rule in rules:
            yield from _rule(rule, places, verbose=False)
        return
    text = f"{MARKS[rules[0].status]} {len(rules):,} rules"
    yield Line(f"{text}: {rules[0].message}", _tone(rules[0]), len(text), indent=4)
    named = ", ".join(rule.id for rule in rules[:_SAMPLES])
    yield Line(f"{named} and {len(rules) - _SAMPLES:,} more", indent=8)


def _rule(rule: RuleResult, places: Mapping[str, str], *, verbose: bool) -> Iterator[Line]:
    text = f"{MARKS[rule.status]} {rule.id} ({rule.severity})"
    message = f": {rule.message}" if rule.message else ""
    yield Line(text + message, _tone(rule), len(text), indent=4)
    if rule.status is Status.PASSED:
        return
    if rule.id in places:
        yield Line(places[rule.id], Tone.DETAIL, indent=8)
    if rule.expectation == _OF_SETS and isinstance(rule.observed, dict):
        yield from _values_of_sets(rule.observed, verbose=verbose)
    for index, value in enumerate(rule.sample if verbose else rule.sample[:_SAMPLES]):
        key = rule.keys[index] if index < len(rule.keys) else None
        at = "" if key in (None, value) else f"  at {_compact(key)}"
        shown = f"{_compact(value)}{at}"
        whole = verbose or len(shown) <= _SAMPLE_LIMIT
        yield Line(shown if whole else f"{shown[:_SAMPLE_LIMIT]}…", indent=8)


def _values_of_sets(observed: Mapping[str, list[Any]], *, verbose: bool) -> Iterator[Line]:
    """Yield the values that one of two columns lacks."""
    for word, values in observed.items():
        shown = values if verbose else values[:_SAMPLES]
        more = "" if len(shown) == len(values) else ", …"
        yield Line(f"{word}: {', '.join(map(_compact, shown))}{more}", indent=8)


def _tone(rule: RuleResult) -> Tone:
    gates = rule.severity == "critical" or rule.status is not Status.FAILED
    return TONES[rule.status] if gates else Tone.WARNING


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
