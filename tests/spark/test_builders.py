"""Builders that return a Spark DataFrame: streamed to staging, its columns compared exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.orders:
    columns:
      id: long
      at: timestamp
      day: date
      total: {type: "decimal(12,2)"}
      lines: {type: "array<struct<sku:string,count:integer>>"}
      local: timestamp_ntz
"""
COLUMNS = """\
id, timestamp '2026-11-28 01:02:03.000004 UTC' AS at, date '2026-11-28' AS day,
cast(id / 4 AS decimal(12,2)) AS total, array(named_struct('sku', 'é', 'count', cast(1 AS int)))
AS lines, timestamp_ntz '2026-11-28 01:02:03' AS local"""


ONE = 'spark.sql(f"SELECT {columns} FROM range(1)")'
REST = "'at', 'day', 'total', 'lines', 'local'"


def run(root: Path, result: str) -> tuple[StageProject, RunResult]:
    project = StageProject(root, CONTRACT)
    project.write(
        "stages/shop.py",
        f'''\
from pyspark.sql import SparkSession
from spectra_gx import table


@table("shop.orders")
def orders(run):
    spark = SparkSession.builder.getOrCreate()
    columns = """{COLUMNS}"""
    return {result}
''',
    )
    return project, project.run()


@pytest.mark.usefixtures("spark")
def test_every_row_and_value_arrives(tmp_path: Path):
    project, ended = run(tmp_path, 'spark.sql(f"SELECT {columns} FROM range(0, 25000, 1, 3)")')
    assert ended.error is None, ended.error
    rows = project.rows("shop.orders")
    assert sorted(row["id"] for row in rows) == [*range(25_000)]
    [row] = [row for row in rows if row["id"] == 7]
    assert str(row["at"]) == "2026-11-28 01:02:03.000004+00:00"
    assert (str(row["day"]), str(row["total"])) == ("2026-11-28", "1.75")
    assert row["lines"] == [{"sku": "é", "count": 1}]
    assert str(row["local"]) == "2026-11-28 01:02:03"


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("result", "said"),
    [
        ('spark.sql(f"SELECT {columns} FROM range(0)").drop("day")', "column `day` is missing"),
        (f"{ONE}.selectExpr('cast(id AS int) AS id', {REST})", "column `id` is `integer`, not `l"),
        (
            f"{ONE}.selectExpr('id + raise_error(1) AS id', {REST})",
            "stages/shop.py:5:8: `orders` failed: SparkFailedError: [USER_RAISED_EXCEPTION]",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, result: str, said: str):
    project, ended = run(tmp_path, result)
    assert said in ended.error.message
    assert "Traceback" not in ended.error.message
    assert project.rows("shop.orders") == []
