"""The pure parts of judging: literals, plain cells, redaction, verdicts, sentences."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from spectra_gx.engines.sql_text import conjunction, literal, quote_name, quote_text
from spectra_gx.validation.redaction import REDACTED, hide, hide_unless, plain
from spectra_gx.validation.results import Status, roll_up_verdicts

PASSED, FAILED, ERRORED = Status.PASSED, Status.FAILED, Status.ERRORED


@pytest.mark.parametrize(
    ("value", "type_", "sql"),
    [
        (1, "long", "1"),
        (-(2**63), "long", str(-(2**63))),
        (2**63, "decimal(38,0)", f"CAST('{2**63}' AS DECIMAL(19, 0))"),
        (0.1, "decimal(12,2)", "CAST('0.1' AS DECIMAL(1, 1))"),
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


def test_quoting() -> None:
    assert (quote_name('a"b'), quote_text("a'b"), conjunction(None, "x", ""), conjunction()) == (
        '"a""b"', "'a''b'", "(x)", "true",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (1.5, 1.5),
        (Decimal("1.50"), "1.50"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (b"\xff", "ff"),
        ([("a", b"\x00")], [["a", "00"]]),
        ({"a": {1: None}}, {"a": {"1": None}}),
    ],
)
def test_a_cell_as_json_can_hold_it(cell: Any, written: Any) -> None:
    assert plain(cell) == written


def test_hiding() -> None:
    row = {"a": 1, "b": None}
    assert hide({"b"}, row) == {"a": 1, "b": REDACTED}
    assert hide_unless(None, row) == row
    assert hide_unless((), row) == {"a": REDACTED, "b": REDACTED}


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ([], PASSED),
        ([PASSED, FAILED], FAILED),
        ([FAILED, ERRORED, PASSED], ERRORED),
    ],
)
def test_the_worst_verdict_stands(verdicts: list[Status], worst: Status) -> None:
    assert roll_up_verdicts(verdicts) is worst
