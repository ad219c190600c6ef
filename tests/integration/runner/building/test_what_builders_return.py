"""What functions and SQL files may return, and how a wrong one is named."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
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
      total: {type: "decimal(12,2)"}
      lines: {type: "array<struct<sku:string,count:integer>>"}
"""
ROWS = [
    {
        "id": 1,
        "at": dt.datetime(2026, 11, 28, 1, 2, 3, 4, tzinfo=dt.UTC),
        "total": Decimal("1.50"),
        "lines": [{"sku": "é", "count": 1}],
    },
    {"id": None, "at": None, "total": None, "lines": None},
]
HEAD = """\
import datetime as dt
from decimal import Decimal
import pyarrow as pa
from spectra_gx import Run, table

LINES = pa.list_(pa.struct([("sku", pa.string()), ("count", pa.int32())]))
SCHEMA = pa.schema([("id", pa.int64()), ("at", pa.timestamp("us", "UTC")),
                    ("total", pa.decimal128(12, 2)), ("lines", LINES)])
AT = dt.datetime(2026, 11, 28, 1, 2, 3, 4, tzinfo=dt.UTC)
ROWS = [{"id": 1, "at": AT, "total": Decimal("1.50"), "lines": [{"sku": "é", "count": 1}]},
        {"id": None, "at": None, "total": None, "lines": None}]
TABLE = pa.Table.from_pylist(ROWS, schema=SCHEMA)


@table("shop.orders")
def orders(run: Run):
    # Two rows.
"""


def run(root, body: str, contract: str = CONTRACT, **settings):
    project = StageProject(root, contract)
    (root / "stages").mkdir()
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    (root / "stages/shop.py").write_text(f"{HEAD}{lines}\n", "utf-8")
    return project, Project(root, None, settings).run("shop", RunParameters())


@pytest.mark.parametrize(
    "body",
    [
        "return TABLE",
        "return TABLE.to_batches()[0]",
        "return TABLE.to_reader()",
        "return iter(TABLE.to_batches(max_chunksize=1))",
        "yield from TABLE.to_batches(max_chunksize=1)",
        "yield TABLE",
        "import polars as pl\nreturn pl.from_arrow(TABLE)",
        "import duckdb\nreturn duckdb.from_arrow(TABLE)",
        "return TABLE.set_column(1, 'at', TABLE['at'].cast(pa.timestamp('ns', 'Europe/Berlin')))",
    ],
)
def test_the_same_rows_whatever_carries_them(tmp_path, body):
    project, ended = run(tmp_path, body)
    assert ended.error is None
    assert project.rows("shop.orders") == sorted(ROWS, key=repr)


def test_pandas_brings_no_index_and_no_value_is_changed(tmp_path):
    contract = CONTRACT[: CONTRACT.index("      total")]
    body = 'return TABLE.select(["id", "at"]).slice(0, 1).to_pandas().set_index("id", drop=False)'
    project, ended = run(tmp_path / "a", body, contract)
    assert ended.error is None
    assert project.rows("shop.orders") == [{key: ROWS[0][key] for key in ("id", "at")}]
    _, ended = run(tmp_path / "b", 'return TABLE.select(["id", "at"]).to_pandas()', contract)
    assert "column `id` is `double`, not `long`" in ended.error.message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 5", "stages/shop.py: `orders` returned a value of type `int`; return a table"),
        (
            "return type('DataFrame', (), {'__module__': 'pyspark.sql.dataframe'})()",
            "`orders` returned a Spark DataFrame, but pyspark cannot be imported here; install",
        ),
        ("return [{'id': 1}]", "`orders` yielded a value of type `dict`; return a table"),
        ("return {'id': [1]}", "returned a value of type `dict`"),
        ("return 'shop.orders'", "returned a value of type `str`"),
        ("return TABLE.drop_columns('at')", "column `at` is missing"),
        ("return TABLE.append_column('x', TABLE['id'])", "column `x` is not declared"),
        ("return TABLE.append_column('id', TABLE['id'])", "column `id` is there twice"),
        (
            "return TABLE.select(['at', 'id', 'total', 'lines'])",
            "column `at` is where `id` is declared",
        ),
        (
            "return TABLE.set_column(0, 'id', TABLE['id'].cast('int32'))",
            "column `id` is `integer`, not `long`",
        ),
        (
            "return TABLE.set_column(1, 'at', TABLE['at'].cast(pa.timestamp('us')))",
            "column `at` is `timestamp_ntz`, not `timestamp`",
        ),
        (
            "return TABLE.set_column(2, 'total', TABLE['total'].cast(pa.decimal128(14, 4)))",
            "column `total` is `decimal(14,4)`, not `decimal(12,2)`",
        ),
        (
            "return TABLE.set_column(0, 'id', TABLE['id'].cast('uint64'))",
            "column `id` is Arrow's `uint64`, not `long`",
        ),
        (
            (
                "lines = pa.array([[{'sku': 'a', 'count': 1}], None])\n"
                "return TABLE.set_column(3, 'lines', lines)"
            ),
            "column `lines[].count` is `long`, not `integer`",
        ),
        (
            (
                "lines = pa.array([[{'sku': 'a', 'cnt': 1}], None])\n"
                "return TABLE.set_column(3, 'lines', lines)"
            ),
            "column `lines[]` has no field `count` (contracts/shop.contract.yaml:10:7), field",
        ),
        (
            (
                "at = pa.array([1, None], pa.timestamp('ns', 'UTC'))\n"
                "return TABLE.set_column(1, 'at', at)"
            ),
            "column `at` has a value of `timestamp[ns, tz=UTC]` that `timestamp[us, tz=UTC]`",
        ),
        (
            "yield from [*TABLE.to_batches(), *TABLE.drop_columns('at').to_batches()]",
            "yielded batches of two schemas",
        ),
        ("import pandas as pd\nreturn pd.DataFrame({'id': [1, 'x']})", "have no single type"),
    ],
)
def test_what_cannot_be_taken_is_named(tmp_path, body, said):
    project, ended = run(tmp_path, body)
    assert (ended.exit_code, ended.error.category) == (3, "builder")
    assert said in ended.error.message
    assert project.rows("shop.orders") == []
    [row] = project.project.log("shop")
    assert row["status"] == "Failed"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return 1 / 0", "stages/shop.py:18: `orders` failed: ZeroDivisionError: division by zero"),
        ("yield TABLE\nraise KeyError('x')", "stages/shop.py:19: `orders` failed: KeyError: 'x'"),
        ("import nothing_of_that_name", "stages/shop.py:18: `orders` failed: ModuleNotFoundError"),
        ("raise SystemExit(0)", "stages/shop.py:18: `orders` failed: SystemExit: 0"),
        ("raise RuntimeError('the token is fake-token-0123456')", "the token is ‹redacted›"),
        (
            "table = str('shop.nothing')\nreturn run.read(table)",
            "stages/shop.py:19: table 'shop.nothing' is",
        ),
        ("return run.read('shop.orders')", "stages/shop.py:18: table `shop.orders` cannot be read"),
        ("return run.secret('NOT_SET')", "the secret NOT_SET is not set; set it in"),
        ("name = 'shop.orders'\nreturn run.staged(name)", None),
    ],
)
def test_an_error_in_a_builder_has_a_place_and_no_secret(tmp_path, body, said, caplog):
    _, ended = run(tmp_path, body, api_token="fake-token-0123456")
    assert ended.exit_code in (2, 3)
    assert said is None or said in ended.error.message
    assert "fake-token" not in ended.error.message + caplog.text
    assert "Traceback" not in ended.error.message


def test_a_module_that_cannot_be_imported(tmp_path, command, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "fake-token-0123456")
    project = StageProject(tmp_path, CONTRACT)
    project.write(
        "stages/shop.py", f"{HEAD}    return TABLE\nraise ValueError('fake-token-0123456')"
    )
    plain = command("run", "shop", "--project", tmp_path)
    assert plain.code == 3
    assert "stages/shop.py:19: `stages/shop.py` cannot be imported: ValueError: ‹redac" in plain.out
    assert "Traceback" not in plain.out + plain.err


def test_none_keeps_the_table_and_an_empty_iterator_empties_it(tmp_path):
    project, first = run(tmp_path, "return TABLE")
    assert first.exit_code == 0
    module = (tmp_path / "stages/shop.py").read_text("utf-8")
    (tmp_path / "stages/shop.py").write_text(module.replace("return TABLE", "return None"), "utf-8")
    kept = project.run()
    assert (kept.exit_code, dict(kept.published)) == (0, {})
    assert len(project.rows("shop.orders")) == 2
    (tmp_path / "stages/shop.py").write_text(
        module.replace("return TABLE", "yield from ()"), "utf-8"
    )
    assert project.run().exit_code in (0, 1)


def test_null_columns_have_whatever_type_is_declared(tmp_path):
    """A frame of a quiet day has no value that would give a column a type."""
    project, ended = run(
        tmp_path, "import pandas as pd\nreturn pd.DataFrame(columns=TABLE.column_names)"
    )
    assert ended.error is None
    assert project.rows("shop.orders") == []


SQL = """\
SELECT customer, count(*) AS orders, sum(total) AS total, max("at") AS last_at
FROM {shop.orders} WHERE total IS NOT NULL GROUP BY customer
"""
TOTALS = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.orders:
    columns: {customer: long, total: "decimal(12,2)", at: timestamp}
  shop.totals:
    columns: {customer: long, orders: long, total: "decimal(22,2)", last_at: timestamp}
"""


def test_a_select_finds_what_duckdb_finds(tmp_path):
    project = StageProject(tmp_path, TOTALS)
    project.write("stages/shop/shop.totals.sql", SQL)
    project.write(
        "stages/shop.py", "from spectra_gx import table\n@table('shop.orders')\ndef f(run): ..."
    )
    began = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    orders = pa.table(
        {
            "customer": pa.array([n % 7 for n in range(500)]),
            "total": pa.array(
                [None if n % 5 == 0 else Decimal(n * n) / 100 for n in range(500)],
                pa.decimal128(12, 2),
            ),
            "at": pa.array(
                [began + dt.timedelta(hours=n) for n in range(500)], pa.timestamp("us", "UTC")
            ),
        }
    )
    assert project.project.run("shop", tables={"shop.orders": orders}).exit_code == 0
    found = project.rows("shop.totals")
    oracle = duckdb.connect()
    oracle.execute("SET TimeZone = 'UTC'")
    oracle.register("orders", orders)
    rows = oracle.execute(SQL.replace("{shop.orders}", "orders")).fetchall()
    expected = sorted([row[:3] for row in rows])
    assert sorted((row["customer"], row["orders"], row["total"]) for row in found) == expected


def test_a_select_whose_columns_differ_names_them(tmp_path):
    project = StageProject(tmp_path, TOTALS.replace("orders: long", "orders: integer"))
    project.write("stages/shop/shop.totals.sql", SQL)
    project.write(
        "stages/shop.py", "from spectra_gx import table\n@table('shop.orders')\ndef f(run): ..."
    )
    orders = pa.table(
        {"customer": [1], "total": [Decimal("1.00")], "at": [dt.datetime.now(dt.UTC)]}
    )
    orders = orders.set_column(1, "total", orders["total"].cast(pa.decimal128(12, 2)))
    ended = project.project.run("shop", tables={"shop.orders": orders})
    assert "column `orders` is `long`, not `integer`" in ended.error.message


def test_a_select_that_fails_on_a_value_has_a_place(tmp_path):
    project = StageProject(tmp_path, TOTALS)
    failing = SQL.replace("count(*)", "max(CAST(concat('x', customer) AS BIGINT))")
    project.write("stages/shop/shop.totals.sql", f"-- Fails.\n{failing}")
    project.write(
        "stages/shop.py", "from spectra_gx import table\n@table('shop.orders')\ndef f(run): ..."
    )
    columns = {
        "customer": pa.int64(),
        "total": pa.decimal128(12, 2),
        "at": pa.timestamp("us", "UTC"),
    }
    orders = pa.Table.from_pylist([{"customer": 1, "total": Decimal("1.00")}], pa.schema(columns))
    ended = project.project.run("shop", tables={"shop.orders": orders})
    assert (ended.exit_code, ended.error.category) == (3, "builder")
    assert ended.error.message.startswith("stages/shop/shop.totals.sql:2:1: the query failed")
