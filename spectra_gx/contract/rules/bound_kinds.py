"""Rule kinds that bound the values of one column: numbers, instants, lengths, ages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import TIMES, Family
from spectra_gx.contract.parsers.parser import COUNT, DURATION, Parser
from spectra_gx.contract.parsers.values import CLOCKED_VALUE, SWITCH
from spectra_gx.contract.rules.kinds import (
    ON_COLUMN,
    ORDERED_FAMILIES,
    TEXT_FAMILIES,
    RuleKind,
    Scope,
    Wording,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import Rule


def _bound(
    key: str,
    purpose: str,
    example: Any,
    breaking: Sequence[Any],
    wording: str | Wording,
    *,
    parser: Parser = CLOCKED_VALUE,
    families: frozenset[Family] = ORDERED_FAMILIES,
) -> RuleKind:
    return RuleKind(
        key=key,
        purpose=purpose,
        parser=parser,
        example=example,
        counter_example={"value": breaking},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording=wording,
        families=families,
        bounded=True,
    )


def _length(key: str, purpose: str, example: int, breaking: Sequence[str], word: str) -> RuleKind:
    def wording(rule: Rule, columns: str) -> str:
        noun = "character" if rule.argument == 1 else "characters"
        return f"{columns} {word} {rule.argument} {noun}"

    return _bound(key, purpose, example, breaking, wording, parser=COUNT, families=TEXT_FAMILIES)


BOUND_KINDS = (
    _bound("min", "Every value is at least this.", 0, [0, -1], "{columns} is below {value}"),
    _bound("max", "Every value is at most this.", 1, [1, 2], "{columns} is above {value}"),
    _bound(
        "above", "Every value is greater than this.", 0, [1, 0], "{columns} is not above {value}"
    ),
    _bound(
        "below",
        "Every value is less than this.",
        1,
        [0, 1],
        "{columns} is not below {value}",
    ),
    _length(
        "min_length",
        "Every text has at least this many characters.",
        1,
        ["a", ""],
        "has fewer than",
    ),
    _length(
        "max_length",
        "Every text has at most this many characters.",
        255,
        ["a", "a" * 256],
        "has more than",
    ),
    _length(
        "length",
        "Every text has exactly this many characters.",
        36,
        ["a" * 36, "a"],
        "does not have exactly",
    ),
    RuleKind(
        key="max_age",
        purpose="Every instant is at most this long before the run's clock.",
        parser=DURATION,
        example="24h",
        counter_example={"value": [date(2026, 1, 1), date(2100, 1, 1)]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording="{columns} is more than {argument[max_age]} old",
        families=TIMES,
        bounded=True,
        clocked=True,
        join=lambda _, argument: argument["max_age"],
    ),
    RuleKind(
        key="finite",
        purpose="No value is NaN or infinite.",
        parser=SWITCH,
        example=True,
        counter_example={"value": [1.0, float("inf"), float("nan")]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording="{columns} is NaN or infinite",
        families=frozenset({Family.FRACTION}),
    ),
)
