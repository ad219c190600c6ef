"""One Spark for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.engines.registry import engine_named
from tests.spark.sessions import small_session

if TYPE_CHECKING:
    from spectra_gx.engines.session import Engine


@pytest.fixture(scope="session")
def spark() -> Engine:
    return engine_named("spark", small_session())
