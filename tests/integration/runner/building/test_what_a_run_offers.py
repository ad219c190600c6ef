"""What `run` offers a builder, and what the values of a run are in SQL."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pytest

from spectra_gx import NotebookSession, RunParameters, UsageError
from spectra_gx.errors import ConfigurationError
from spectra_gx.runner.building.run import Run
from spectra_gx.settings import read_secret
from tests.fakes.runs import IDENTITY
from tests.fakes.stages import StageProject

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.orders:
    columns: {id: long, at: timestamp}
  shop.copies:
    columns: {id: long, at: timestamp}
"""
HEAD = """\
import datetime as dt
import pyarrow as pa
from spectra_gx import Run, table

ORDERS = pa.table({"id": [1, 2, 3], "at": pa.array(
    [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 2, 3)], pa.timestamp("us", "UTC"))})

@table("shop.orders")
def orders(run: Run):
    return ORDERS.slice(0, run.settings.engine_cpus)

@table("shop.copies", needs=["shop.orders"])
def copies(run: Run):
"""


def project(root, body: str) -> StageProject:
    made = StageProject(root, CONTRACT)
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    made.write("stages/shop.py", f"{HEAD}{lines}\n")
    return made


def copied(made: StageProject, orders: int = 3, **parameters) -> list[int]:
    made.write("pyproject.toml", f"[tool.spectra-gx]\nengine_cpus = {orders}\n")
    ended = made.run(**parameters)
    assert ended.error is None, ended.error.message
    return [row["id"] for row in made.rows("shop.copies")]


@pytest.mark.parametrize(
    ("body", "first", "second"),
    [
        ("return run.built('shop.orders')", [1, 2, 3], [1, 2]),
        ("return run.staged('shop.orders')", [1, 2, 3], [1, 2]),
        ("return run.sql('SELECT * FROM {shop.orders} WHERE id > 1')", [2, 3], [2]),
        (
            (
                "if run.batch_id and run.staged('shop.orders').to_arrow().num_rows == 3:\n"
                "    return ORDERS\n"
                "return run.read('shop.orders')"
            ),
            [1, 2, 3],
            [1, 2, 3],
        ),
        (
            (
                "mark = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)\n"
                "name = 'shop.orders'\n"
                "rows = run.built(name).to_arrow()\n"
                "assert rows.schema.names == ['id', 'at']\n"
                "if rows.num_rows == 3:\n"
                "    return rows\n"
                "old = run.read(name, columns=['id', 'at'], where=f\"at >= timestamp '{mark}'\")\n"
                "import polars as pl, duckdb\n"
                "assert pl.DataFrame(old).height == 2\n"
                "assert duckdb.sql('SELECT count(*) FROM old').fetchall() == [(2,)]\n"
                "return old"
            ),
            [1, 2, 3],
            [2, 3],
        ),
    ],
)
def test_tables_at_the_versions_of_the_run(tmp_path, body, first, second):
    """The first run publishes three orders, the second one two."""
    made = project(tmp_path, body)
    assert copied(made) == first
    assert copied(made, orders=2) == second


@pytest.mark.parametrize(
    ("body", "said"),
    [
        # Computed, so that lint cannot know them.
        (
            "return run.read('shop.orders', columns=[str('idd')])",
            "no column 'idd' — did you mean 'id'?",
        ),
        (
            "return run.read('shop.orders', where=str('1; DROP'))",
            "condition on `shop.orders` is refused",
        ),
        (
            "return run.sql(str('DELETE FROM {shop.orders}'))",
            "the SQL is refused: this starts with",
        ),
        ("return run.sql('SELECT 1 / 0 AS id, at FROM {shop.orders}')", "failed"),
    ],
)
def test_what_is_refused(tmp_path, body, said):
    made = project(tmp_path, "return ORDERS")
    assert copied(made) == [1, 2, 3]
    made = project(tmp_path, body)
    ended = made.run()
    assert ended.exit_code in (2, 3)
    assert said in ended.error.message
    assert len(made.rows("shop.copies")) == 3


def test_a_table_that_is_not_known_to_be_needed_is_refused(tmp_path):
    made = project(tmp_path, "return run.built('shop.orders')")
    text = (tmp_path / "stages/shop.py").read_text("utf-8")
    hidden = text.replace(', needs=["shop.orders"]', "").replace(
        "return run.built(", "return getattr(run, 'built')("
    )
    (tmp_path / "stages/shop.py").write_text(hidden, "utf-8")
    ended = made.run()
    assert ended.error.code == "builder_needs"
    assert 'name it in the decorator, `needs=["shop.orders"]`' in ended.error.message


def test_activities_settings_and_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "fake-password-0123")
    body = """\
secret = run.secret("SHOP_PASSWORD")
run.log_activity("copies", row_count=3, status="Success", detail=secret.get_secret_value())
assert "fake" not in repr(secret)
assert run.now.tzinfo is dt.UTC
assert run.batch_day == run.now.date()
assert run.watermark is None
assert run.execution_id.startswith("shop_")
return run.built("shop.orders")"""
    made = project(tmp_path, body)
    assert copied(made) == [1, 2, 3]
    [row] = [row for row in made.project.log("shop") if row["record_type"] == "activity"]
    assert (row["entity_name"], row["row_count"], row["status"]) == ("copies", 3, "Success")
    assert "fake-password" not in json.dumps([str(one) for one in made.project.log("shop")])


def test_a_secret_is_read_from_where_settings_are_but_from_no_file_that_is_committed(
    tmp_path, monkeypatch
):
    (tmp_path / ".env").write_text("ONE=from-dotenv\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "two").write_text("from-a-file")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))
    (tmp_path / "pyproject.toml").write_text('[tool.spectra-gx]\nthree = "committed"\n')
    assert read_secret(tmp_path, "ONE").get_secret_value() == "from-dotenv"
    assert read_secret(tmp_path, "two").get_secret_value() == "from-a-file"
    with pytest.raises(ConfigurationError, match=r"THREE is set in pyproject.toml, which every"):
        read_secret(tmp_path, "three")
    with pytest.raises(ConfigurationError, match="FOUR is not set; set it in the environment"):
        read_secret(tmp_path, "four")
    with pytest.raises(ConfigurationError, match="cannot be a secret's name"):
        read_secret(tmp_path, "a b")


@pytest.mark.parametrize("in_python", [False, True])
def test_values_of_the_run_in_sql(tmp_path, in_python):
    made = StageProject(tmp_path, CONTRACT)
    orders = HEAD.partition('@table("shop.copies"')[0]
    select = """\
        SELECT id, {now} AS at FROM {shop.orders}
        WHERE at >= {watermark} AND at < {now} AND cast(at AS date) < {today}
          AND cast(at AS date) <= {batch_day}
        """
    if in_python:
        orders += (
            '@table("shop.copies", watermark="at")\n'
            f"def copies(run):\n    return run.sql({select!r})\n"
        )
    else:
        made.write("stages/shop/shop.copies.sql", f"        -- watermark: at\n{select}")
    made.write("stages/shop.py", orders)
    assert copied(made) == [1, 2, 3]
    [row] = [row for row in made.project.log("shop") if row["record_type"] == "run"]
    assert {one["at"] for one in made.rows("shop.copies")} == {row["start_time"]}


def test_a_run_of_a_notebook_takes_tables(tmp_path):
    made = StageProject(tmp_path, CONTRACT)
    rows = pa.table({"id": [1], "at": pa.array([0], pa.timestamp("us", "UTC"))})
    given = {"shop.orders": rows, "shop.copies": rows}
    with NotebookSession("shop", project=tmp_path, tables=given) as session:
        session.initialise()
        session.execute()
        session.validate()
    assert session.finalise().success
    assert len(made.rows("shop.copies")) == 1


def test_tables_are_not_taken_in_a_backfill(tmp_path):
    made = StageProject(tmp_path, CONTRACT)
    with pytest.raises(UsageError, match="`--tables` does nothing in a backfill"):
        made.project.run("shop", RunParameters(backfill=True), tables={"shop.orders": pa.table({})})


def test_watermarks_as_other_programs_read_them():
    marks = {
        "a": dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC),
        "b": dt.date(2026, 1, 2),
        "c": 7,
        "d": Decimal("1.50"),
        "e": "x",
    }
    run = Run(IDENTITY, None, None, None, own="c", watermarks=marks)  # type: ignore[arg-type]
    assert run.watermark == 7
    assert run.watermarks_as_text() == {
        "a": "2026-01-02T03:00:00+00:00",
        "b": "2026-01-02",
        "c": "7",
        "d": "1.50",
        "e": "x",
    }
