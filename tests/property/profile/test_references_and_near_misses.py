"""What `init` says of tables is what DuckDB counts in them."""

from __future__ import annotations

import re
import shutil

import duckdb
import pyarrow as pa
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.project import Project
from tests.drawing import drawn

STATUSES = ("new", "paid", "sent")
_COUNT = r"([\d,]+) rows?"


@st.composite
def shops(draw):
    """Draw customers and orders: few orders without a customer, a status, a code, some twice."""
    parents = draw(st.integers(10, 200))
    spread = draw(st.sampled_from([1, 1, 7, 10**9]))
    ids = [10 + number * spread for number in range(parents)]
    if draw(st.booleans()):
        ids = [f"id-{number}" for number in ids]
    rows = draw(st.sampled_from([9, 90, 500, 1200]))
    lost = draw(st.sampled_from([0, 0, 1, 4, 30]))
    nulls = draw(st.sampled_from([0, 0, 2, 40]))
    odd = draw(st.sampled_from([0, 1, 3, 40]))
    twice = draw(st.sampled_from([0, 0, 1, 5, 60]))
    negative = draw(st.sampled_from([0, 2, 100]))
    name = draw(st.sampled_from(["customer_id", "customer", "paying_customer_id", "buyer", "size"]))
    keys = [ids[(row * 7) % parents] for row in range(rows)]
    unknown = "nobody" if isinstance(ids[0], str) else 5
    keys[:lost] = [unknown] * min(lost, rows)
    keys[lost : lost + nulls] = [None] * (min(lost + nulls, rows) - min(lost, rows))
    statuses = [STATUSES[row % 3] for row in range(rows)]
    statuses[:odd] = [f"odd {row}" for row in range(min(odd, rows))]
    codes = [f"code {row}" for row in range(rows)]
    codes[:twice] = ["code"] * min(twice, rows)
    amounts = [row - negative for row in range(rows)]
    customers = pa.table({"id": ids, "n": list(range(parents))})
    refers = pa.array(keys, customers.schema.field("id").type)  # perhaps to nothing
    orders = pa.table({name: refers, "status": statuses, "order_code": codes, "amount": amounts})
    return customers, orders, name


def count(sql, **tables):
    connection = duckdb.connect()
    for name, table in tables.items():
        connection.register(name, table)
    return connection.execute(sql).fetchone()[0]


def said(text, column, pattern):
    """Return the number in what the comment of a column says, or None."""
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"      {column}:"))
    above = lines[at - 1] if lines[at - 1].strip().startswith("#") else ""
    found = re.search(pattern, f"{above} {lines[at]}")
    return int(found[1].replace(",", "")) if found else None


def nearly(broken, of):
    return broken if of >= 100 and 0 < broken <= of / 100 else None


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn")


@drawn(10)
@given(shop=shops())
def test_counts_are_those_of_duckdb(root, shop):
    customers, orders, name = shop
    tables = root / "warehouse" / "Tables"
    shutil.rmtree(tables, ignore_errors=True)
    write_deltalake(tables / "shop" / "customers", customers)
    write_deltalake(tables / "shop" / "orders", orders)

    text = Project(root, str(root / "warehouse")).init(["shop.customers", "shop.orders"])

    contract = parse_contract(text.encode(), "x")
    (root / "shop.contract.yaml").write_text(text)
    assert (
        str(Project(root, str(root / "warehouse")).check(f"{root}/shop.contract.yaml").verdict)
        == "passed"
    )
    rows = orders.num_rows
    filled = count(f"SELECT count({name}) FROM orders", orders=orders)
    lost = count(
        f"SELECT count(*) FROM orders WHERE {name} IS NOT NULL AND {name} NOT IN "
        "(SELECT id FROM customers)",
        orders=orders,
        customers=customers,
    )
    named = "customer" in name
    found = [rule for rule in contract.table("shop.orders").rules if rule.kind == "references"]
    if named and filled >= 10 and lost == 0:
        assert [rule.columns for rule in found] == [(name,)]
    else:
        # A number without a name that says so refers to nothing, however many are there.
        spread = count("SELECT max(n) FROM customers", customers=customers)
        assert found == [] or (not named and lost == 0 and spread >= 4)
        wanted = nearly(lost, filled) if named and filled >= 10 else None
        assert said(text, name, rf"in shop\.customers but for {_COUNT}") == wanted

    nulls = rows - filled
    assert said(text, name, rf"never null but for {_COUNT}") == nearly(nulls, rows)
    twice = count(
        "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM orders GROUP BY order_code) "
        "WHERE n > 1",
        orders=orders,
    )
    assert said(text, "order_code", rf"unique but for {_COUNT}") == nearly(twice, rows)
    odd = count(f"SELECT count(*) FROM orders WHERE status NOT IN {STATUSES}", orders=orders)
    assert said(text, "status", rf"one of new, paid, sent but for {_COUNT}") == nearly(odd, rows)
    below = count("SELECT count(*) FROM orders WHERE amount < 0", orders=orders)
    assert said(text, "amount", rf"never negative but for {_COUNT}") == nearly(below, rows)


@st.composite
def grids(draw):
    """Draw measurements, one for each place and hour, but for some that are there twice."""
    places, hours = draw(st.integers(8, 12)), draw(st.integers(20, 40))
    cells = [(f"place {place}", hour) for place in range(places) for hour in range(hours)]
    twice = draw(st.sampled_from([0, 0, 1, 1, 2, 40]))
    cells[:twice] = cells[twice : 2 * twice]
    numbers = [f"no {row}" for row in range(len(cells))]
    same = draw(st.sampled_from([0, 0, 1, 30]))
    numbers[:same] = numbers[same : 2 * same]
    table = pa.table(
        {
            "place": [place for place, _ in cells],
            "hour": [hour for _, hour in cells],
            "value": [1.5] * len(cells),
        }
    )
    return table.append_column("number_id", [numbers]) if draw(st.booleans()) else table


@drawn(15)
@given(table=grids())
def test_nearly_a_key_is_what_duckdb_counts(root, table):
    shutil.rmtree(root / "warehouse" / "Tables", ignore_errors=True)
    write_deltalake(root / "warehouse" / "Tables" / "s" / "t", table)

    text = Project(root, str(root / "warehouse")).init(["s.t"])

    key = parse_contract(text.encode(), "x").table("s.t").primary_key
    repeated = (
        "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM t GROUP BY {}) WHERE n > 1"
    )
    rows = table.num_rows
    twice = count(repeated.format("place, hour"), t=table)
    together = re.search(
        rf"^    # place, hour unique together but for {_COUNT}$", text, re.MULTILINE
    )
    alone = None
    if "number_id" in table.column_names:
        alone = count(repeated.format("number_id"), t=table)
        # Beside another key, or as a part of it, it may have been meant to be the key.
        assert said(text, "number_id", rf"unique but for {_COUNT}") == nearly(alone, rows)
    assert (key == ("number_id",)) is (alone == 0)
    assert twice or alone == 0 or "place" in key
    shown = None if together is None else int(together[1])
    assert shown == (None if key else nearly(twice, rows))
