"""Decide whether a condition on rows can only loosen a rule."""

from __future__ import annotations

from spectra_gx.contract.model import Rule, Severity, Table
from spectra_gx.contract.rules.catalogue import KINDS
from spectra_gx.contract.rules.kinds import Scope
from spectra_gx.contract.sql.tokens import SqlRefused, Token, read_tokens

_DECIDED = (Scope.ROW, Scope.GROUP)
"""Rows, or groups of equal rows, are checked without regard to the others."""

_NEVER_FAILING = frozenset({"=", "<>", "!=", "<", "<=", ">", ">=", "||"})
_NEVER_FAILING_CALLS = frozenset(
    {"and", "or", "not", "in", "like", "between", "is", "when", "then", "else", "on"}
    | {"lower", "upper", "trim", "length", "character_length", "coalesce", "nullif", "starts_with"}
)


def is_only_loosening(old: Rule, new: Rule, table: Table | None) -> bool:
    """Return whether adding the `where` that one of two rules has can only loosen.

    Undecided where rows count together, where the condition itself might fail on some row,
    and where it may name a column that passes although its type is wrong.
    """
    condition = old.where or new.where or ""
    return (
        KINDS[new.kind].scope in _DECIDED
        and not old.is_lenient
        and not new.is_lenient
        and _cannot_fail(condition)
        and table is not None
        and all(
            rule.severity is Severity.CRITICAL
            for column in table.columns
            for rule in column.every_rule()
            if rule.kind == "type"
        )
    )


def _cannot_fail(condition: str) -> bool:
    try:
        tokens = read_tokens(condition)
    except SqlRefused:
        return False
    start, end = Token("mark", "("), Token("mark", "")
    around = zip([start, *tokens[:-1]], tokens, [*tokens[1:], end], strict=True)
    return not any(_may_fail(*three) for three in around)


def _may_fail(before: Token, token: Token, after: Token) -> bool:
    if token.kind == "operator" and token.text not in _NEVER_FAILING:
        signs = token.text in ("-", "+") and after.kind == "number"
        value_before = before.kind in ("number", "text", "quoted") or before.text == ")"
        name_before = before.kind == "word" and before.text.lower() not in _NEVER_FAILING_CALLS
        return not signs or value_before or name_before
    called = token.kind in ("word", "quoted") and after.text == "("
    return token.text == "[" or (called and token.text.lower() not in _NEVER_FAILING_CALLS)
