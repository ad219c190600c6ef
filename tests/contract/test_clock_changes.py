"""Rules about ages agree in the hour that a clock shows twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from tests.contract.checking import chosen, contract_of, job_of, outcomes, store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("minutes", range(-90, 91, 40))
@pytest.mark.parametrize("reading", [datetime(2026, 10, 25, 2, 40), datetime(2026, 10, 25, 3)])
def test_freshness_and_max_age_agree_when_clocks_change(
    tmp_path: Path, reading: datetime, minutes: int
) -> None:
    contract = contract_of(
        "shop.a:\n"
        "  columns: {x: {type: timestamp_ntz, timezone: Europe/Berlin, max_age: 30m}}\n"
        "  rules: [{id: fresh, freshness: {column: x, max_age: 30m}}]\n"
    )
    store(tmp_path, "shop.a", {"x": "timestamp_ntz"}, [(reading,)])
    now = datetime(2026, 10, 25, 1, 10, tzinfo=UTC) + timedelta(minutes=minutes)
    clock = RunClock(now, "tests_20261121_000000_000000")
    found = outcomes(validate_stage(job_of(contract, tmp_path, clock=clock, engine=chosen[0])))
    first_shown = reading.replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    wanted = "passed" if first_shown >= now - timedelta(minutes=30) else "failed"
    assert str(found["shop.a.x.max_age"].status) == wanted
    assert str(found["shop.a.fresh"].status) == wanted
