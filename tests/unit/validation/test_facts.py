"""The pure parts of a check: plain cells, redaction, verdicts."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from spectra_gx.validation.redaction import REDACTED, hide, hide_unless, plain
from spectra_gx.validation.results import Status, roll_up_verdicts

PASSED, FAILED, ERRORED = Status.PASSED, Status.FAILED, Status.ERRORED


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
