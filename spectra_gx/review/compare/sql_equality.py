"""Compare contract SQL by meaning; sqlglot is imported only where the texts differ."""

from __future__ import annotations

from spectra_gx.contract.clocks import quote_clocks
from spectra_gx.contract.sql.placeholders import quote_placeholders
from spectra_gx.contract.sql.tokens import SqlRefused


def same_query(old: str, new: str) -> bool:
    """Return whether two queries are equal except for spaces, capitals of keywords and the like."""
    if old == new:
        return True
    from spectra_gx.contract.sql import syntax  # noqa: PLC0415  # sqlglot is slow to import

    try:
        before, after = (
            syntax.parse_query(quote_placeholders(quote_clocks(text))) for text in (old, new)
        )
    except SqlRefused:
        return False
    return bool(before.sql(dialect="postgres") == after.sql(dialect="postgres"))


def same_condition(old: str, new: str) -> bool:
    """Return whether two conditions are one."""
    from spectra_gx.contract.sql import syntax  # noqa: PLC0415  # sqlglot is slow to import

    try:
        before, after = (syntax.parse_condition(quote_clocks(text)) for text in (old, new))
    except SqlRefused:
        return False
    return bool(before.sql(dialect="postgres") == after.sql(dialect="postgres"))
