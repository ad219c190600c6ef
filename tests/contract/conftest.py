"""The same tests on Spark: `pytest tests/contract --engine spark`, where pyspark is installed."""

from __future__ import annotations

import pytest

from spectra_gx.engines.registry import engine_named
from tests.contract import checking


@pytest.fixture(scope="session", autouse=True)
def _engine(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--engine") == "spark":
        from tests.spark.sessions import small_session  # noqa: PLC0415  # pyspark is an extra

        checking.chosen[0] = engine_named("spark", small_session())
