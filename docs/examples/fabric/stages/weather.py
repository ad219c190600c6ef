"""Builds the table of the stage `weather`."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from spectra_gx import Run, table

STATIONS = {"harbour": 11.5, "hill": 6.0, "valley": 9.0}


@table("weather.reading")
def reading(run: Run) -> pa.Table:
    """Return a day of readings; in your project, read them from where they are."""
    del run  # it needs no other table
    start = datetime(2026, 1, 31, tzinfo=UTC)
    rows = [
        {"station": station, "measured_at": start + timedelta(hours=hour), "celsius": warm + hour}
        for station, warm in STATIONS.items()
        for hour in range(24)
    ]
    return pa.Table.from_pylist(rows)
