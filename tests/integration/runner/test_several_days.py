"""A stage that is run once a day, on several days: `--from D --to D`."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from spectra_gx import RunParameters, UsageError
from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from spectra_gx.runner.several_runs import RunsResult

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.orders:
    primary_key: [id]
    columns: {id: long, day: date, price: {type: long, min: 0}}
  shop.totals: {columns: {day: date, price: long}}
  shop.visits: {columns: {day: date}}
  shop.pages: {columns: {day: date}}
"""
BUILDERS = """\
from pathlib import Path

import pyarrow as pa
from spectra_gx import Run, table

@table("shop.orders", publish="replace_where", replace_where="day = {batch_day}")
def orders(run: Run):
    delivered = Path(__file__).parents[1] / f"{run.batch_day}.txt"
    price = int(delivered.read_text()) if delivered.exists() else 5
    return pa.table({"id": [run.batch_day.toordinal()], "day": [run.batch_day], "price": [price]})
"""
TOTALS = """\
-- publish: replace_where
-- replace_where: day = {batch_day}
SELECT day, sum(price) AS price FROM {shop.orders} WHERE day = {batch_day} GROUP BY day
"""
COMMAND = """\
import datetime as dt, os
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq

day = dt.date.fromisoformat(os.environ["SPECTRA_BATCH_DAY"])
for name in ("visits", "pages"):
    folder = Path(os.environ["SPECTRA_STAGING"], "shop", name)
    folder.mkdir()
    pq.write_table(pa.table({"day": [day]}), folder / "0.parquet")
"""
SETTINGS = f"""\
[tool.spectra-gx.stages.shop]
command = "{sys.executable} build.py"
[tool.spectra-gx.stages.shop.tables."shop.visits"]
publish = "replace_where"
replace_where = "day = {{batch_day}}"
"""
DAYS = tuple(date(2026, 1, day) for day in (1, 2, 3))


class Shop(StageProject):
    def deliver(self, *prices: int) -> None:
        for day, price in zip(DAYS, prices, strict=False):
            self.write(f"{day}.txt", str(price))

    def run_days(self, first: date, last: date, **parameters) -> RunsResult:
        return self.project.run_days("shop", first, last, RunParameters(**parameters))

    def prices(self, table: str) -> dict[date, int]:
        return {row["day"]: row["price"] for row in self.rows(table) if row["day"] in DAYS}

    def batches(self) -> list[tuple[str, str]]:
        """Return batch id and status of every run in the log."""
        rows = [row for row in self.project.log("shop") if row["record_type"] == "run"]
        return [(row["batch_id"], row["status"]) for row in rows]


@pytest.fixture
def shop(tmp_path) -> Shop:
    """A shop that has run once, for today, and to which three days are delivered since."""
    made = Shop(tmp_path, CONTRACT, {"stages/shop.py": BUILDERS, "build.py": COMMAND})
    made.write("stages/shop/shop.totals.sql", TOTALS)
    made.write("pyproject.toml", SETTINGS)
    first = made.run()
    assert first.exit_code == 0, first
    made.deliver(1, -2, 3)
    return made


def test_each_day_is_a_run_up_to_the_first_that_fails_and_a_repeat_goes_on(shop):
    """The second day has a negative price, which is then corrected."""
    kept = shop.rows("shop.pages")
    ended = shop.run_days(DAYS[0], DAYS[2])
    assert ([run.status for run in ended.runs], ended.exit_code) == (["Success", "Failed"], 1)
    assert ended.to_dict()["not_started"] == ["2026-01-03"]
    assert shop.prices("shop.orders") == shop.prices("shop.totals") == {DAYS[0]: 1}
    batch, _, day = ended.runs[0].identity.batch_id.partition("/")
    assert (day, ended.runs[1].identity.batch_id) == ("2026-01-01", f"{batch}/2026-01-02")

    shop.deliver(9, 2, 3)
    again = shop.run_days(DAYS[0], DAYS[2], batch_id=batch)
    assert [run.to_dict()["already_published"] for run in again.runs] == [True, False, False]
    assert (again.exit_code, again.not_started) == (0, ())
    # What was published already is not built again, though its price has changed.
    prices = {DAYS[0]: 1, DAYS[1]: 2, DAYS[2]: 3}
    assert shop.prices("shop.orders") == shop.prices("shop.totals") == prices
    assert {row["day"] for row in shop.rows("shop.visits")} >= {*DAYS}
    # The command wrote both of its tables, of which only one is published by day.
    assert shop.rows("shop.pages") == kept

    other = shop.run_days(DAYS[0], DAYS[0], batch_id="corrected")
    assert other.exit_code == 0
    assert shop.prices("shop.orders") == shop.prices("shop.totals") == {**prices, DAYS[0]: 9}
    assert shop.batches()[1:] == [
        (f"{batch}/2026-01-01", "Success"),
        (f"{batch}/2026-01-02", "Failed"),
        (f"{batch}/2026-01-02", "Success"),
        (f"{batch}/2026-01-03", "Success"),
        ("corrected/2026-01-01", "Success"),
    ]
    [*_, last] = [row for row in shop.project.log("shop") if row["record_type"] == "run"]
    assert json.loads(last["parameters"])["batch_day"] == "2026-01-01"


def test_what_makes_no_sense_by_day_is_refused_before_anything_is_recorded(tmp_path):
    shop = Shop(tmp_path, CONTRACT, {"stages/shop.py": BUILDERS})
    shop.write(
        "stages/shop/shop.totals.sql", TOTALS.replace("{batch_day}\nS", "date '2026-01-01'\nS")
    )
    shop.write("pyproject.toml", SETTINGS)
    with pytest.raises(UsageError, match=r"`shop\.totals` replaces the rows that meet `day = date"):
        shop.run_days(*DAYS[:2])
    shop.write("stages/shop/shop.totals.sql", TOTALS)
    with pytest.raises(UsageError, match="`--to 2026-01-01` is before `--from 2026-01-02`"):
        shop.run_days(DAYS[1], DAYS[0])
    with pytest.raises(UsageError, match="`first` takes a date, not a value of type str"):
        shop.run_days("2026-01-01", DAYS[0])
    with pytest.raises(UsageError, match="cannot be a batch id"):
        shop.run_days(DAYS[0], DAYS[0], batch_id="b" * 190)
    for name in ("full", "rebuild"):
        with pytest.raises(UsageError, match=f"`--{name}` does nothing in a run of one day"):
            shop.run_days(*DAYS[:2], **{name: True})
    for name, value in (("since", "1"), ("table", "shop.orders")):
        with pytest.raises(UsageError, match=f"`--{name}` does nothing in a run of one day"):
            shop.run_days(*DAYS[:2], **{name: value})
    with pytest.raises(UsageError, match="`--backfill` checks stored versions again"):
        shop.run_days(*DAYS[:2], backfill=True)
    for name in ("stages/shop.py", "stages/shop/shop.totals.sql", "pyproject.toml"):
        (tmp_path / name).unlink()
    with pytest.raises(UsageError, match="of which no table is published by `replace_where`"):
        shop.run_days(*DAYS[:2])
    assert not (tmp_path / "warehouse").exists()
