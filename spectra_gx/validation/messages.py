"""One sentence for a person about how a rule ended; facts only, never a value from a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.checks.readable_tables import sql_of_rule
from spectra_gx.contract.earlier_runs import expected_of
from spectra_gx.contract.model import Severity
from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.contract.rules.kinds import Scope, columns_text, value_text
from spectra_gx.contract.sql.quoting import spell_name
from spectra_gx.display import age_text
from spectra_gx.validation.severity_shares import reached_severity, share_text

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule


Sentence = Callable[["Rule", Any, "Mapping[str, Any]"], str]
"""From a rule, what was observed and GX's details to the sentence for a failure."""

SENTENCES: dict[str, Sentence] = {}
"""Rule kind → the function for its sentence; other kinds are described by their wording."""


def _sentence(kind: str) -> Callable[[Sentence], Sentence]:
    """Register the function that writes the whole sentence for a rule kind."""

    def register(function: Sentence) -> Sentence:
        SENTENCES[kind] = function
        return function

    return register


def failure_message(
    rule: Rule,
    evaluated: int | None,
    unexpected: int | None,
    observed: Any,
    details: Mapping[str, Any] | None,
) -> str:
    """Return the sentence for a rule that failed."""
    if rule.kind in SENTENCES:
        return SENTENCES[rule.kind](rule, observed, details or {})
    if kind_of(rule).scope is Scope.COLUMN:
        wanted = list(_wanted(rule.argument, details))
        measured = f"{describe_failure(rule)}{_of_some_rows(rule)}"
        return f"{measured} is {_number(observed)}{_against(wanted, details)}"
    if unexpected is None:
        return describe_failure(rule) + ("" if observed is None else f"; observed {observed}")
    if sql_of_rule(rule):
        share = _share(rule, evaluated, unexpected)
        return f"the query returns {_rows(unexpected)}; it must return none{share}"
    share = _share(rule, evaluated, unexpected)
    checked = f"{_rows(evaluated or 0)}{_of_some_rows(rule)}"
    return f"{unexpected:,} of {checked}: {describe_failure(rule)}{share}"


def _of_some_rows(rule: Rule) -> str:
    """Return which rows a rule is about, if not about all; `required_if` says it itself."""
    if rule.where is None or kind_of(rule).conditional:
        return ""
    condition = " ".join(rule.where.split())
    shown = condition if len(condition) <= _LONGEST else f"{condition[:_LONGEST]}…"
    return f" where {shown}"


_LONGEST = 80


def lesson(rule: Rule, details: Any) -> str:
    """Return why a rule passed that has not learnt its bounds yet; nothing of other rules."""
    if expected_of(rule) is None or not isinstance(details, Mapping) or "needed" not in details:
        return ""
    known, needed, when = details["known"], details["needed"], details["when"]
    return f"no bounds are learnt yet: {known} of {needed} earlier values{when} are known"


def severity_of_failure(rule: Rule, severity: Severity, details: Any) -> Severity:
    """Return the severity of a failure: that of learnt bounds where nothing else is broken."""
    expected = expected_of(rule)
    if expected is None or not isinstance(details, Mapping) or details["broken"] != ["expected"]:
        return severity
    return Severity(expected["severity"])


def _against(wanted: Sequence[str], details: Any) -> str:
    """Return what a value is compared with: what the contract wants, and what is usual."""
    broken = details.get("broken", ()) if isinstance(details, Mapping) else ()
    text = (
        "" if list(broken) == ["expected"] else f" where the contract wants {' and '.join(wanted)}"
    )
    if "expected" not in broken:
        return text
    return f"{text}; usually {_usual(details)}"


def _usual(details: Mapping[str, Any]) -> str:
    """Return what is usual, and of how many earlier values that is known."""
    return f"{details['usual']} (learnt from {details['known']:,} earlier values)"


def _wanted(argument: Mapping[str, Any], details: Any) -> Iterator[str]:
    """Yield the bounds of a statistic, those from earlier runs included."""
    if _BOUNDS.keys() & argument.keys():
        yield _range(argument)
    previous = details.get("previous") if isinstance(details, Mapping) else None
    if "change" in argument and previous is not None:
        most = argument["change"]["max"]
        yield f"at most {most} away from {_number(previous)}, the last passed run's"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _share(rule: Rule, evaluated: int | None, unexpected: int) -> str:
    if rule.shares:
        reached = reached_severity(rule, evaluated or 0, unexpected)
        limit = dict(rule.shares)[reached or rule.severity]
        return f" ({reached or rule.severity} above {share_text(limit)} of the rows)"
    return "" if rule.mostly == 1 else f" (at least {rule.mostly:.10g} of the rows must satisfy it)"


def spell_path(column: str, path: Sequence[str | None]) -> str:
    """Return the words for what is nested in a column: `address.zip`, `tags.items`."""
    return ".".join([column, *("items" if step is None else step for step in path)])


@_sentence("rows")
def _row_count(rule: Rule, observed: int, details: Mapping[str, Any]) -> str:
    wanted = [_range(rule.argument)] if _BOUNDS.keys() & rule.argument.keys() else []
    if "same_as" in rule.argument:
        wanted.append(f"as many as `{rule.argument['same_as']}`, {_number(details['same_as'])}")
    if "change" in rule.argument and details["previous"] >= 0:
        most = rule.argument["change"]["max"]
        wanted.append(f"at most {most} away from {details['previous']:,}, the last passed run's")
    return f"{_rows(observed)}{_against(wanted, details)}"


@_sentence("sql_value")
def _sql_value(rule: Rule, observed: Any, details: Mapping[str, Any]) -> str:
    del details
    wanted = _range(rule.argument)
    return f"the value of the query is {_number(observed)} where the contract wants {wanted}"


@_sentence("same_set_as")
def _same_set(rule: Rule, observed: Any, details: Any) -> str:
    del observed
    other = f"`{rule.argument['table']}.{spell_name(rule.argument['column'])}`"
    column = f"`{spell_path(rule.columns[0], rule.path)}`"
    if not isinstance(details, Mapping):  # redacted
        return f"{column} has other values than {other}"
    parts = []
    if details["missing"]:
        parts.append(f"lacks {_values(details['missing'])} of {other}")
    if details["unexpected"]:
        other = other if not parts else "that"
        parts.append(f"has {_values(details['unexpected'])} not in {other}")
    return f"{column} {' and '.join(parts)}"


def _values(count: int) -> str:
    return f"{count:,} value" if count == 1 else f"{count:,} values"


@_sentence("freshness")
def _freshness(rule: Rule, observed: Any, details: Mapping[str, Any]) -> str:
    column = f"`{rule.columns[0]}`{_of_some_rows(rule)}"
    limit = rule.argument.get("max_age")
    broken = details.get("broken", ["max_age"])
    usual = f"; usually {_usual(details)}" if "expected" in broken else ""
    if observed is None:
        wanted = f"; the newest must be at most {limit} old" if limit else ""
        return f"no row is dated in {column}{wanted}{usual}"
    if "max_age" in broken:
        return f"the newest {column} is {observed}, more than {limit} old{usual}"
    age = age_text(details["age"], math.ceil)
    return f"the newest {column} is {observed}, {age} old{usual}"


@_sentence("column_order")
def _column_order(rule: Rule, observed: list[str], details: Mapping[str, Any]) -> str:
    del rule, details
    return f"columns are in another order: {columns_text(observed)}"


@_sentence("partitioned_by")
def _partitioning(rule: Rule, observed: list[str], details: Mapping[str, Any]) -> str:
    del details
    stored = columns_text(observed) if observed else "nothing"
    return f"partitioned by {stored} where the contract wants {columns_text(rule.columns)}"


_BOUNDS = {"min": "at least", "max": "at most", "equals": "exactly"}


def _range(argument: Mapping[str, Any]) -> str:
    return " and ".join(
        f"{word} {_number(argument[bound])}" for bound, word in _BOUNDS.items() if bound in argument
    )


def _number(value: Any) -> str:
    """Return a number as a person reads it; what is none is named."""
    if value is None:
        return "not a number (no row has a value, or one is NaN)"
    if isinstance(value, float):
        return f"{value:,.10g}"
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError):  # redacted, for one
        return str(value)
    return f"{number:,}" if number.is_finite() else str(value)


@_sentence("type")
def _stored_type(rule: Rule, observed: Any, details: Mapping[str, Any]) -> str:
    del details
    column = spell_path(rule.columns[0], rule.path)
    return f"column `{column}` is stored as {observed}, declared as {rule.argument}"


@_sentence("columns")
def _columns(rule: Rule, observed: dict[str, list[str]], details: Mapping[str, Any]) -> str:
    del rule, details
    parts = []
    if observed["missing"]:
        parts.append(f"missing: {columns_text(observed['missing'])}")
    if observed["extra"]:
        parts.append(f"not in the contract: {columns_text(observed['extra'])}")
    return "columns " + "; ".join(parts)


def describe_failure(rule: Rule) -> str:
    """Return what is wrong with a failing row: `` `code` is not one of a, b``."""
    nested = [spell_path(rule.columns[0], rule.path)] if rule.path else list(rule.columns)
    wording, columns = kind_of(rule).wording, columns_text(nested)
    if callable(wording):
        return wording(rule, columns)
    be = "is" if len(nested) == 1 else "are"
    value = value_text(rule.argument)
    return wording.format(columns=columns, be=be, argument=rule.argument, value=value)
