"""SQL conditions of rules that a single row decides: true where the row fails.

A condition is true for a failing row. It is evaluated on rows whose columns are not null, but for
rules about several columns, which may let nulls in: those are written to be true or false then too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from typing import Any

from spectra_gx.compiler.registry import KIND_CONDITIONS
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.sql_text import FLOATS, Operand, all_true, any_true, literal, sum_terms
from spectra_gx.errors import EngineError
from spectra_gx.validation.snapshot.age_limits import oldest_instant, oldest_reading
from spectra_gx.validation.snapshot.clock_limits import clock_limit

Values = Mapping[str, Any]
"""A metric's value arguments, as GX names them."""

Condition = Callable[[Sequence[Operand], Values], str]


def _is_null(operands: Sequence[Operand], values: Values) -> str:
    del values
    return f"{operands[0].sql} IS NULL"


def _is_present(operands: Sequence[Operand], values: Values) -> str:
    del values
    return f"{operands[0].sql} IS NOT NULL"


def _in_set(operands: Sequence[Operand], values: Values) -> str:
    [operand] = operands
    # Rows that are null are not evaluated, so that a null among the members means nothing.
    members = ", ".join(
        literal(value, operand.type) for value in values["value_set"] if value is not None
    )
    value = operand.sql
    if operand.type in FLOATS:
        # Many members are looked up by their bits, and -0.0 has others than 0.0.
        value = f"({value} + {literal(0.0, operand.type)})"
    return f"{value} IN ({members})" if members else "false"


def _outside_set(operands: Sequence[Operand], values: Values) -> str:
    broken = f"NOT ({_in_set(operands, values)})"
    # Spelled out because Delta's statistics leave NaN out, and a filter skips files by them.
    return _or_nan(broken, operands)


def _outside_range(operands: Sequence[Operand], values: Values) -> str:
    # DataFusion sorts NaN above every number; in the language it breaks every bound.
    return _or_nan(_outside(operands[0], values), operands)


def _or_nan(broken: str, operands: Sequence[Operand]) -> str:
    return any_true([broken, *(f"isnan({operand.sql})" for operand in _floats(operands))])


def _floats(operands: Sequence[Operand]) -> list[Operand]:
    return [operand for operand in operands if operand.type in FLOATS]


def _outside(operand: Operand, values: Values) -> str:
    low, high = values.get("min_value"), values.get("max_value")
    broken = []
    if low is not None:
        operator = "<=" if values.get("strict_min") else "<"
        broken.append(f"{operand.sql} {operator} {literal(low, operand.type)}")
    if high is not None:
        operator = ">=" if values.get("strict_max") else ">"
        broken.append(f"{operand.sql} {operator} {literal(high, operand.type)}")
    return " OR ".join(broken) or "false"


def _no_match(operands: Sequence[Operand], values: Values) -> str:
    return f"NOT ({_match(operands, values)})"


def _match(operands: Sequence[Operand], values: Values) -> str:
    return _matches(operands[0], values["regex"])


def _matches(operand: Operand, regex: str) -> str:
    # The flag changes nothing, but without one DataFusion makes LIKE of a plain text and gets
    # a backslash in it wrong.
    return f"regexp_like({operand.sql}, {quote_text(regex)}, '-i')"


def _too_few_matches(operands: Sequence[Operand], values: Values) -> str:
    wanted = all_true if values.get("match_on") == "all" else any_true
    return f"NOT ({wanted([_matches(operands[0], regex) for regex in values['regex_list']])})"


def _any_match(operands: Sequence[Operand], values: Values) -> str:
    return any_true([_matches(operands[0], regex) for regex in values["regex_list"]])


def _like(operands: Sequence[Operand], values: Values) -> str:
    return _matches(operands[0], _like_regex(values["like_pattern"], values.get("escape")))


def _not_like(operands: Sequence[Operand], values: Values) -> str:
    return f"NOT ({_like(operands, values)})"


def _too_few_like(operands: Sequence[Operand], values: Values) -> str:
    return _too_few_matches(operands, {**values, "regex_list": _like_regexes(values)})


def _any_like(operands: Sequence[Operand], values: Values) -> str:
    return _any_match(operands, {"regex_list": _like_regexes(values)})


def _like_regexes(values: Values) -> list[str]:
    return [_like_regex(one, values.get("escape")) for one in values["like_pattern_list"]]


def _like_regex(pattern: str, escape: str | None) -> str:
    """Return standard SQL's LIKE as a regex: DataFusion's own always escapes with a backslash."""
    parts, escaped = [], False
    for character in pattern:
        if escape and character == escape and not escaped:
            escaped = True
            continue
        wild = None if escaped else _WILD.get(character)
        parts.append(wild or re.escape(character))
        escaped = False
    if escaped:
        raise EngineError(f"the pattern `{pattern}` ends in its escape character")
    return rf"\A(?s:{''.join(parts)})\z"


_WILD = {"%": ".*", "_": "."}


def _other_length(operands: Sequence[Operand], values: Values) -> str:
    return f"{_length(operands[0]).sql} <> {literal(values['value'], 'long')}"


def _length_outside(operands: Sequence[Operand], values: Values) -> str:
    return _outside(_length(operands[0]), values)


def _length(operand: Operand) -> Operand:
    if operand.type.startswith("array"):
        return Operand(f"coalesce(array_length({operand.sql}), 0)", "long")
    return Operand(f"character_length({operand.sql})", "long")


def _not_finite(operands: Sequence[Operand], values: Values) -> str:
    del values
    infinite = [
        f"{operand.sql} IN ({literal(math.inf, operand.type)}, {literal(-math.inf, operand.type)})"
        for operand in _floats(operands)
    ]
    return _or_nan(any_true(infinite), operands)


def _too_old(operands: Sequence[Operand], values: Values) -> str:
    [operand] = operands
    oldest = oldest_instant(values)
    if operand.type == "date":
        # A day counts from its midnight, so the first that is young enough begins at or after it.
        midnight = oldest.replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight if midnight == oldest else midnight + timedelta(days=1)
        return f"{operand.sql} < {literal(first.date(), 'date')}"
    if operand.type == "timestamp_ntz":
        return (
            f"{operand.sql} < {literal(oldest_reading(oldest, values['timezone']), operand.type)}"
        )
    return f"{operand.sql} < {literal(oldest, operand.type)}"


def _off_the_clock(operands: Sequence[Operand], values: Values) -> str:
    [operand] = operands
    limit = clock_limit(values, operand.type)
    if limit is None:
        return "true" if values["operator"] == "=" else "false"
    return f"NOT ({operand.sql} {values['operator']} {literal(limit, operand.type)})"


def _unless(kept: str) -> str:
    """Be true where something is not: false, or unknown because of a null."""
    return f"({kept}) IS NOT TRUE"


def _pair_differs(operands: Sequence[Operand], values: Values) -> str:
    return _unless(_pair_equal(operands, values))


def _pair_equal(operands: Sequence[Operand], values: Values) -> str:
    del values
    left, right = _comparable(operands)
    return f"{left} = {right}"


def _pair_not_greater(operands: Sequence[Operand], values: Values) -> str:
    left, right = _comparable(operands)
    operator = ">=" if values.get("or_equal") else ">"
    return _or_nan(_unless(f"{left} {operator} {right}"), operands)


def _comparable(operands: Sequence[Operand]) -> list[str]:
    """Return what is compared; beside a floating-point number all are, and NaN is one value.

    DataFusion would round such a number to as many digits as a decimal beside it has, store a whole
    number beside 32 bits in as many, and distinguish NaN from NaN by its sign.
    """
    floats = {operand.type for operand in operands} & set(FLOATS)
    if not floats:
        return [operand.sql for operand in operands]
    type_ = "FLOAT" if {operand.type for operand in operands} == {"float"} else "DOUBLE"
    nan = f"CAST('NaN' AS {type_})"
    return [f"nanvl(CAST({operand.sql} AS {type_}), {nan})" for operand in operands]


def _pair_outside_set(operands: Sequence[Operand], values: Values) -> str:
    pairs = [
        " AND ".join(_is(operand, member) for operand, member in zip(operands, pair, strict=True))
        for pair in values["value_pairs_set"]
    ]
    return _unless(any_true([f"({pair})" for pair in pairs]))


def _is(operand: Operand, member: Any) -> str:
    if member is None:
        return f"{operand.sql} IS NULL"
    return f"{operand.sql} = {literal(member, operand.type)}"


def _other_sum(operands: Sequence[Operand], values: Values) -> str:
    inexact = bool(_floats(operands))
    terms = [f"CAST({operand.sql} AS {_SUMMED[inexact]})" for operand in operands]
    if not inexact:
        terms = [
            operand.sql if operand.type.startswith("decimal") else term
            for operand, term in zip(operands, terms, strict=True)
        ]
    total = literal(values["sum_total"], "double" if inexact else "decimal")
    return _unless(f"{sum_terms(terms)} = {total}")


_SUMMED = {True: "DOUBLE", False: "DECIMAL(20, 0)"}
"""As what whole numbers are added: 64 bits are soon full."""


def _not_all_equal(operands: Sequence[Operand], values: Values) -> str:
    del values
    first, *others = operands
    return any_true([f"({first.sql} IS DISTINCT FROM {other.sql})" for other in others])


def _some_equal(operands: Sequence[Operand], values: Values) -> str:
    del values
    if math.comb(len(operands), 2) > _COMPARED:
        return _some_equal_of_many(operands)
    return any_true(
        [
            f"({one.sql} IS NOT DISTINCT FROM {other.sql})"
            for one, other in combinations(operands, 2)
        ]
    )


_COMPARED = 5_000
"""Pairs of columns that are compared one by one."""


def _some_equal_of_many(operands: Sequence[Operand]) -> str:
    """Be true where the values of many columns are fewer than the columns are."""
    if len({operand.type for operand in operands}) > 1 or _floats(operands):
        raise EngineError(
            f"{len(operands)} columns are too many to compare each with each, where they are not "
            "of one type, or are floats; name fewer"
        )
    listed = ", ".join(operand.sql for operand in operands)
    return f"array_length(array_distinct(make_array({listed}))) < {len(operands)}"


def _breaks_rule(operands: Sequence[Operand], values: Values) -> str:
    """Be true where a value does not satisfy the condition that a rule kind is compiled to."""
    [operand] = operands
    condition = KIND_CONDITIONS.get(values["rule_kind"])
    if condition is None:
        raise EngineError(f"no rule kind `{values['rule_kind']}` is compiled to a condition")
    return _unless(condition(operand.sql, literal(values["argument"], operand.type)))


CONDITIONS: dict[str, Condition] = {
    "column_values.nonnull": _is_null,
    "column_values.null": _is_present,
    "column_values.in_set": _outside_set,
    "column_values.not_in_set": _in_set,
    "column_values.between": _outside_range,
    "column_values.match_regex": _no_match,
    "column_values.not_match_regex": _match,
    "column_values.match_regex_list": _too_few_matches,
    "column_values.not_match_regex_list": _any_match,
    "column_values.match_like_pattern": _not_like,
    "column_values.not_match_like_pattern": _like,
    "column_values.match_like_pattern_list": _too_few_like,
    "column_values.not_match_like_pattern_list": _any_like,
    "column_values.value_length.equals": _other_length,
    "column_values.value_length.between": _length_outside,
    "column_values.finite": _not_finite,
    "column_values.recent": _too_old,
    "column_values.compare_with_clock": _off_the_clock,
    "column_values.satisfy_rule": _breaks_rule,
    "column_pair_values.equal": _pair_differs,
    "column_pair_values.a_greater_than_b": _pair_not_greater,
    "column_pair_values.in_set": _pair_outside_set,
    "multicolumn_sum.equal": _other_sum,
    "multicolumn_values.equal": _not_all_equal,
    "select_column_values.unique.within_record": _some_equal,
    "rows.different": _pair_equal,
}
"""GX's map metrics that one row alone decides, and our own → the condition that breaks them."""
