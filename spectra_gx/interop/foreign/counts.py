"""Rules that compare the number of failing rows, or another number of a query, with a bound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.interop.foreign.sql import NotConvertibleError
from spectra_gx.interop.odcs.quality_check import Threshold, query_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = r"-?\d+(?:\.\d+)?"
_COMPARED = re.compile(rf"(<=|>=|<>|!=|==|=|<|>)\s*({_NUMBER})\s*%?")
_BETWEEN = re.compile(
    rf"(not\s+)?between\s+({_NUMBER})\s*%?\s+and\s+({_NUMBER})\s*%?", re.IGNORECASE
)
_PASSES = {
    "<=": "mustBeLessOrEqualTo",
    ">=": "mustBeGreaterOrEqualTo",
    "<": "mustBeLessThan",
    ">": "mustBeGreaterThan",
    **dict.fromkeys(("=", "=="), "mustBe"),
    **dict.fromkeys(("!=", "<>"), "mustNotBe"),
    "between": "mustBeBetween",
    "not between": "mustNotBeBetween",
}
_OPPOSITE = {
    "mustBeLessOrEqualTo": "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo": "mustBeLessThan",
    "mustBe": "mustNotBe",
    "mustBeBetween": "mustNotBeBetween",
}
_OPPOSITE |= {passes: fails for fails, passes in _OPPOSITE.items()}


def read_comparison(text: str) -> Threshold:
    """Return what `> 10` or `between 1 and 5` demands of a number.

    Raises:
        NotConvertibleError: It is neither.
    """
    compared, between = _COMPARED.fullmatch(text.strip()), _BETWEEN.fullmatch(text.strip())
    if compared:
        return Threshold(_PASSES[compared[1]], number(compared[2]))
    if between:
        word = "not between" if between[1] else "between"
        return Threshold(_PASSES[word], [number(between[2]), number(between[3])])
    raise NotConvertibleError(f"its threshold `{text.strip()}` is not a comparison with numbers")


def opposite(test: Threshold) -> Threshold:
    """Return the threshold that exactly the other numbers satisfy."""
    return Threshold(_OPPOSITE[test.operator], test.value)


def number(text: str) -> int | float:
    """Return a number as it is written."""
    value = float(text)
    return int(text) if "." not in text else value


def bounds(test: Threshold) -> Mapping[str, int | float] | None:
    """Return a threshold as inclusive bounds; None if it is something else."""
    match test.operator:
        case "mustBe":
            return {"min": test.value, "max": test.value}
        case "mustBeGreaterOrEqualTo":
            return {"min": test.value}
        case "mustBeLessOrEqualTo":
            return {"max": test.value}
        case "mustBeBetween":
            return {"min": test.value[0], "max": test.value[1]}
    return None


def row_bounds(test: Threshold) -> dict[str, int] | None:
    """Return a threshold on whole numbers as bounds of `rows`; None if it is something else."""
    if test.operator == "mustBeBetween":
        low, high = test.value
        whole = isinstance(low, int) and isinstance(high, int)
        return {"min": low, "max": high} if whole else None
    if type(test.value) is not int:
        return None
    if test.operator == "mustBe":
        return {"equals": test.value}
    if test.operator in ("mustBeGreaterOrEqualTo", "mustBeGreaterThan"):
        return {"min": test.value + (test.operator == "mustBeGreaterThan")}
    if test.operator in ("mustBeLessOrEqualTo", "mustBeLessThan"):
        return {"max": test.value - (test.operator == "mustBeLessThan")}
    return None


def counted(failing: str, test: Threshold) -> str:
    """Return the query of a rule about how many rows another query returns."""
    return query_rule(f"select count(*) from ({failing}) as failing", test)
