"""Rule kinds about the values of one column: which are allowed, and what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import SIMPLE
from spectra_gx.contract.parsers.values import (
    CLOCKED_VALUE,
    CONDITION,
    FORMAT,
    PATTERN,
    SWITCH,
    VALUES,
)
from spectra_gx.contract.rules.kinds import (
    ON_COLUMN,
    TEXT_FAMILIES,
    VALUE_FAMILIES,
    RuleKind,
    Scope,
    value_text,
)

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule

_FORMATS = {
    "semver": "a semantic version",
    "email": "a valid e-mail address",
    "uuid": "a UUID",
    "uri": "a URI",
    "ipv4": "an IPv4 address",
    "date": "a date such as 2027-01-31",
    "json": "JSON",
    "masked": "masked",
}
_MOST_LISTED = 10


def _format_wording(rule: Rule, columns: str) -> str:
    return f"{columns} is not {_FORMATS[rule.argument]}"


def _listed(rule: Rule) -> str:
    values = ", ".join(map(value_text, rule.argument[:_MOST_LISTED]))
    return values + (", …" if len(rule.argument) > _MOST_LISTED else "")


def _enum_wording(rule: Rule, columns: str) -> str:
    return f"{columns} is not one of {_listed(rule)}"


def _not_in_wording(rule: Rule, columns: str) -> str:
    return f"{columns} is one of {_listed(rule)}"


VALUE_KINDS = (
    RuleKind(
        key="required",
        purpose="The column is never null.",
        parser=SWITCH,
        example=True,
        counter_example={"value": ["a", None, "b"]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording="{columns} is null",
    ),
    RuleKind(
        key="required_if",
        purpose="The column is never null in rows that satisfy this condition.",
        parser=CONDITION,
        example="status = 'shipped'",
        counter_example={
            "value": ["a", None, None],
            "status": ["shipped", "shipped", "open"],
        },
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording="{columns} is null where {value}",
        conditional=True,
    ),
    RuleKind(
        key="unique",
        purpose="No two rows have the same value; nulls are ignored.",
        parser=SWITCH,
        example=True,
        counter_example={"value": ["a", "a", "b"]},
        positions=ON_COLUMN,
        scope=Scope.GROUP,
        wording="{columns} is not unique",
        families=SIMPLE,
    ),
    RuleKind(
        key="enum",
        purpose="Every value is one of these.",
        parser=VALUES,
        example=["GET", "POST"],
        counter_example={"value": ["GET", "PATCH", "POST"]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording=_enum_wording,
        families=VALUE_FAMILIES,
    ),
    RuleKind(
        key="not_in",
        purpose="No value is one of these.",
        parser=VALUES,
        example=["unknown"],
        counter_example={"value": ["known", "unknown"]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording=_not_in_wording,
        families=VALUE_FAMILIES,
    ),
    RuleKind(
        key="const",
        purpose="Every value is this one.",
        parser=CLOCKED_VALUE,
        example="active",
        counter_example={"value": ["active", "closed"]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording="{columns} is not {value}",
        families=VALUE_FAMILIES,
    ),
    RuleKind(
        key="pattern",
        purpose="This regular expression is found in every value; `$` is the end of the text.",
        parser=PATTERN,
        example="^/",
        counter_example={"value": ["/a", "b"]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording="{columns} does not match `{argument}`",
        families=TEXT_FAMILIES,
    ),
    RuleKind(
        key="format",
        purpose="Every value has this format; values of a `masked` column are shown nowhere.",
        parser=FORMAT,
        example="semver",
        counter_example={"value": ["1.0.0", "1.0"]},
        positions=ON_COLUMN,
        scope=Scope.ROW,
        wording=_format_wording,
        families=TEXT_FAMILIES,
    ),
)
