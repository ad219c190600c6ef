"""Columns that differ from the contract's are named with both places, whatever built them."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spectra_gx import Project, RunParameters
from tests.fakes.stages import StageProject

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.orders:
    columns:
      id: long
      at: timestamp
      page:
        type: struct
        fields:
          path: string
          size: long
"""
SAID = (
    "`shop.orders` was built with other columns than contract `shop` declares: "
    "column `at` is missing (contracts/shop.contract.yaml:8:7), "
    "column `id` is `string`, not `long` (contracts/shop.contract.yaml:7:7), "
    "column `page.size` is `integer`, not `long` (contracts/shop.contract.yaml:13:11), "
    "column `extra` is not declared (contracts/shop.contract.yaml:5:3); "
    "change the builder, or the contract"
)
PAGE = pa.struct([("path", pa.string()), ("size", pa.int32())])
GIVEN = pa.table({"id": ["1"], "page": pa.array([{"path": "/", "size": 1}], PAGE), "extra": [True]})
MAKING = """\
import pyarrow as pa

PAGE = pa.struct([("path", pa.string()), ("size", pa.int32())])
GIVEN = pa.table(
    {"id": ["1"], "page": pa.array([{"path": "/", "size": 1}], PAGE), "extra": [True]}
)
"""
FUNCTION = f"""\
from spectra_gx import table
{MAKING}

@table("shop.orders")
def orders(run):
    return GIVEN
"""
SELECT = """\
-- What was ordered.

SELECT '1' AS id, named_struct('path', '/', 'size', CAST(n AS INTEGER)) AS page, true AS extra
FROM {shop.days}
"""
DAYS = """\
import pyarrow as pa
from spectra_gx import table

@table("shop.days")
def days(run):
    return pa.table({"n": [1]})
"""
SETTINGS = f"""\
[tool.spectra-gx.stages.shop]
command = "{sys.executable} build.py"
"""
SCRIPT = f"""\
import os
from pathlib import Path
import pyarrow.parquet as pq
{MAKING}
folder = Path(os.environ["SPECTRA_STAGING"]) / "shop/orders"
folder.mkdir()
pq.write_table(GIVEN, folder / "part.parquet")
"""


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"stages/shop.py": FUNCTION}, "stages/shop.py:10:8"),
        (
            {"stages/shop.py": DAYS, "stages/shop/shop.orders.sql": SELECT},
            "stages/shop/shop.orders.sql:3:1",
        ),
        ({"pyproject.toml": SETTINGS, "build.py": SCRIPT}, "pyproject.toml:2:1"),
    ],
)
def test_what_the_project_builds(tmp_path, files, place):
    more = "  shop.days: {columns: {n: long}}\n" if DAYS in files.values() else ""
    project = StageProject(tmp_path, CONTRACT + more, files)
    assert project.lint() == []
    ended = project.run()
    assert (ended.exit_code, ended.error.code) == (3, "builder_schema")
    assert ended.error.message == f"{place}: {SAID}"
    assert project.rows("shop.orders") == []


def test_what_the_caller_delivers(tmp_path):
    project = StageProject(tmp_path / "project", CONTRACT)
    given = project.project.run("shop", tables={"shop.orders": GIVEN})
    assert given.error.message == f"`tables` for `shop.orders`: {SAID}"
    folder = tmp_path / "left/shop/orders"
    folder.mkdir(parents=True)
    pq.write_table(GIVEN, folder / "a.parquet")
    staged = project.project.run("shop", RunParameters(), staged=tmp_path / "left")
    assert staged.error.message == f"{folder}: {SAID}"


def test_what_a_source_builds(project):
    contract = project / "contracts/source.contract.yaml"
    known = "      config_value: {type: string, required: true}\n"
    text = contract.read_text("utf-8")
    line = text[: text.index(known)].count("\n") + 2
    contract.write_text(text.replace(known, f"{known}      region: string\n"), "utf-8")
    ended = Project.open(project).run("source", RunParameters(), sandbox=True)
    assert (ended.exit_code, ended.error.code) == (3, "builder_schema")
    assert ended.error.message == (
        "the source system `zephyr`: `source.config` was built with other columns than contract "
        "`source` declares: column `region` is missing "
        f"(contracts/source.contract.yaml:{line}:7); change the builder, or the contract"
    )


def test_a_value_that_cannot_be_stored_has_the_place_of_its_builder(tmp_path):
    module = """\
    import pyarrow as pa
    from spectra_gx import table

    @table("shop.orders")
    def orders(run):
        return pa.table({"at": pa.array([1], pa.timestamp("ns", "UTC"))})
    """
    contract = CONTRACT.replace("      id: long\n", "")
    contract = contract[: contract.index("      page")]
    project = StageProject(tmp_path, contract, {"stages/shop.py": module})
    ended = project.run()
    assert ended.error.message.startswith("stages/shop.py:4:8: `shop.orders`: column `at` has a")


def test_a_name_with_which_spark_refuses_a_table(tmp_path):
    contract = CONTRACT[: CONTRACT.index("      id: long")] + "      Order ID: long\n"
    project = StageProject(tmp_path, contract)
    ended = project.project.run("shop", tables={"shop.orders": pa.table({"Order ID": [1]})})
    assert (ended.exit_code, ended.error.code) == (3, "builder_schema")
    assert ended.error.message == (
        "`tables` for `shop.orders`: `shop.orders` was built with column `Order ID`, under a name "
        "with which Spark refuses a Delta table; name it without spaces and ,;{}()=, here and in "
        "the contract"
    )
    assert project.rows("shop.orders") == []
