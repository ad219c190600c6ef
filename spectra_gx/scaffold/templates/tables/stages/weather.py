"""Builds tables of the stage `weather`: one function per table."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from spectra_gx import Run, table

MEAN_CELSIUS = {"harbour": 12.0, "hill": 7.5, "valley": 10.0}
"""Station → its mean temperature; the readings are invented around it."""

COLUMNS = pa.schema({
    "station": pa.string(),
    "measured_at": pa.timestamp("us", "UTC"),
    "celsius": pa.float64(),
    "remark": pa.string(),
})  # fmt: skip
"""As the contract declares them: nothing is converted on the way."""


@table("weather.reading")
def reading(run: Run) -> pa.Table:
    """Three days of readings; read a file, a database or an API here."""
    first = datetime.combine(run.batch_day, time(), UTC) - timedelta(days=3)
    rows = [
        {
            "station": station,
            "measured_at": first + timedelta(hours=hour),
            "celsius": round(mean - 5 * math.cos(hour * math.pi / 12), 1),
        }
        for station, mean in MEAN_CELSIUS.items()
        for hour in range(3 * 24)
    ]
    return pa.Table.from_pylist(rows, COLUMNS)
