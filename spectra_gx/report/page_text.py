"""Sentences on pages, in the same terms as alerts and the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import ClockValue, reads_clock
from spectra_gx.contract.rules.catalogue import CATALOGUE, KINDS
from spectra_gx.report.html_filters import format_time
from spectra_gx.runner.outcome_text import describe_outcome
from spectra_gx.validation.severity_shares import share_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Rule

_PURPOSES = {kind.key: kind.purpose for kind in CATALOGUE}


def headline(stages: Sequence[Mapping[str, Any]]) -> str:
    """Return the title of the overview."""
    ran = [stage for stage in stages if stage["now"] is not None]
    broken = [stage["stage"] for stage in ran if not stage["now"]["success"]]
    if not ran:
        return "Nothing has run yet"
    if not broken:
        return "Every stage passes" if len(ran) > 1 else f"{ran[0]['stage']} passes"
    if len(ran) == 1:
        return f"{broken[0]} {outcome_text(ran[0]['now'])}"
    return f"{len(broken)} of {len(ran)} stages {'does' if len(broken) == 1 else 'do'} not pass"


def outcome_text(run: Mapping[str, Any]) -> str:
    """Return how a run ended, to follow the name of its stage."""
    category = run["error"]["category"].replace("_", " ") if run["error"] else None
    errored = run["verdict"] == "errored"
    return describe_outcome(run["trouble"], error_category=category, errored=errored)


def since_text(known: Mapping[str, Any] | None, state: str) -> str:
    """Return since when a state applies: `failing since 2026-01-31 12:00 UTC, 3 runs`."""
    if known is None:
        return ""
    first = "its first run" if known["first"] else format_time(known["at"])
    return f"{state} since {first}" + (f", {known['runs']} runs" if known["runs"] > 1 else "")


def rule_purpose(rule: Rule) -> str:
    """Return the description of a rule, or else of its kind."""
    return rule.description or _PURPOSES[rule.kind]


def rule_value(rule: Rule) -> str:
    """Return the value of a rule's key on one line; empty for a switch."""
    argument = rule.argument
    if rule.kind in ("primary_key", "unique", "partitioned_by") and len(rule.columns) > 1:
        return ", ".join(rule.columns)
    if rule.kind == "const":
        return _plain(argument)
    match argument:
        case None | True:
            return ""
        case str():
            return argument
        case tuple() | list():
            return ", ".join(map(_plain, argument))
        case dict():
            return ", ".join(
                f"{key}: {_options(value) if key in _OF_EARLIER_RUNS else _plain(value)}"
                for key, value in argument.items()
                if value is not None
            )
        case _:
            return _plain(argument)


def rule_conditions(rule: Rule, as_of: str) -> list[str]:
    """Return the conditions of a rule: its `where`, the share of rows that must pass, the clock.

    `as_of` is the run's instant.
    """
    shown = rule.where is None or KINDS[rule.kind].conditional
    found = [] if shown else [f"where {rule.where}"]
    if rule.mostly != 1:
        found.append(f"at least {rule.mostly:.10g} of the rows")
    found += [f"{level} above {share_text(share)} failing" for level, share in rule.shares]
    clocked = KINDS[rule.kind].clocked or reads_clock(rule)
    return [*found, f"now is {format_time(as_of)}"] if clocked else found


_OF_EARLIER_RUNS = ("change", "expected")


def _options(value: dict[str, Any]) -> str:
    """Return how earlier runs bound a value: `sensitivity low, season week, severity warning`."""
    return ", ".join(f"{key} {option}" for key, option in value.items())


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, str | ClockValue):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
