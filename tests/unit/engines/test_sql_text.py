"""SQL text of DataFusion's: literals by type, and conditions that are joined."""

from __future__ import annotations

from typing import Any

import pytest

from spectra_gx.engines.sql_text import all_true, any_true, conjunction, literal, only_true


@pytest.mark.parametrize(
    ("value", "type_", "sql"),
    [
        (1, "long", "1"),
        (-(2**63), "long", str(-(2**63))),
        (2**63, "decimal(38,0)", f"CAST('{2**63}' AS DECIMAL(19, 0))"),
        (0.1, "decimal(12,2)", "CAST('0.1' AS DECIMAL(1, 1))"),
        (12.75, "decimal(12,2)", "CAST('12.75' AS DECIMAL(4, 2))"),
        (-12.5, "long", "CAST('-12.5' AS DECIMAL(3, 1))"),
        (1, "double", "CAST('1.0' AS DOUBLE)"),
        (0.1, "float", "CAST('0.1' AS FLOAT)"),
        (1e39, "float", "CAST('1e+39' AS DOUBLE)"),
        (True, "boolean", "true"),
        ("it's", "string", "'it''s'"),
        ("2026-01-02", "date", "CAST('2026-01-02' AS DATE)"),
        (
            "2026-01-02T00:00:00+02:00",
            "timestamp",
            "arrow_cast('2026-01-01T22:00:00', 'Timestamp(Microsecond, Some(\"UTC\"))')",
        ),
        ("2026-01-02", "date", "CAST('2026-01-02' AS DATE)"),
    ],
)  # fmt: skip
def test_a_literal_compares_exactly_with_its_column(value: Any, type_: str, sql: str) -> None:
    assert literal(value, type_) == sql


def test_conditions_are_joined_without_what_is_always_true() -> None:
    assert (conjunction(None, "x", ""), conjunction()) == ("(x)", "true")
    assert (any_true([]), all_true([])) == ("false", "true")


def test_a_condition_too_long_to_be_split_is_compared_with_true() -> None:
    long = " OR ".join(["x"] * 5000)

    assert (only_true("x"), only_true(long)) == ("x", f"({long}) IS TRUE")
