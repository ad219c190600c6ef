"""A small project whose only stage runs on rows that the test hands over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from spectra_gx import Project
from tests.fakes.telemetry_server import TelemetryServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

CONTRACT = """\
contract: shop
version: 1.2.0
owner: Tests
tables:
  shop.orders:
    description: What was ordered.
    primary_key: [id]
    columns:
      id: long
      size: {type: double, min: 0}
      at: timestamp
      customer: {type: string, classification: pii}
    rules:
      - {id: fresh, freshness: {column: at, max_age: 2d}, severity: warning}
"""
SECRET_NAME = "Ada Lovelace"  # the value of a sensitive column, which must leave nowhere


class PatientProject(Project):
    """Waits longer for its listeners: a machine may be busy with other tests."""

    longest_wait = 60.0


class Shop:
    """The project, and what its runs are given."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "contracts").mkdir(parents=True)
        (root / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
        self.runs: list[RunResult] = []

    @property
    def project(self) -> Project:
        return PatientProject.open(self.root)

    def run(self, size: float = 1.0, kind: type[Project] = PatientProject) -> RunResult:
        """Run the stage on one order, made a day ago."""
        at = datetime.now(UTC) - timedelta(days=1)
        row = {"id": 1, "size": size, "at": at, "customer": SECRET_NAME}
        rows = pa.Table.from_pylist([row])
        self.runs.append(kind.open(self.root).run("shop", tables={"shop.orders": rows}))
        return self.runs[-1]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A project of its own."""
    return Shop(tmp_path / "shop")


@pytest.fixture(scope="session")
def logged_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A project with a run that passed and one that failed; only look at it."""
    shop = Shop(tmp_path_factory.mktemp("logged") / "shop")
    shop.run()
    shop.run(size=-1.0)
    return shop


@pytest.fixture
def server() -> Iterator[TelemetryServer]:
    """Something that takes everything."""
    with TelemetryServer() as running:
        yield running
