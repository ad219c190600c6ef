"""Builds the tables of the stage `shop` of what the shop's systems left in `landing/`."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx import Run, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LANDING = Path(__file__).parents[1] / "landing"
INSTANT = pa.timestamp("us", "UTC")
MONEY = pa.decimal128(12, 2)
PRICE = pa.decimal128(10, 2)


@table("shop.customer")
def customer(run: Run) -> pa.Table:
    """All customers, as the shop knows them now."""
    del run
    columns = {
        "customer_id": pa.int64(),
        "name": pa.string(),
        "email": pa.string(),
        "phone": pa.string(),
        "born_on": pa.date32(),
        "country": pa.string(),
        "registered_on": pa.date32(),
    }
    return _table(columns, _lines(LANDING / "customers.jsonl"))


@table("shop.product")
def product(run: Run) -> pa.Table:
    """All products, from a spreadsheet with semicolons and decimal commas."""
    del run
    columns = {
        "product_id": pa.string(),
        "name": pa.string(),
        "category": pa.string(),
        "price": PRICE,
        "weight_kg": pa.decimal128(8, 3),
        "listed_on": pa.date32(),
    }
    with (LANDING / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file, delimiter=";", strict=True)]
    for row in rows:
        for name in ("price", "weight_kg"):
            row[name] = row[name].replace(".", "").replace(",", ".") or None
    return _table(columns, rows)


@table("shop.order", publish="replace_where")
def order(run: Run) -> pa.Table:
    """The orders of a day, in place of what was published of it."""
    day = _day(run)
    run.replace_where(f"day = date '{day}'")
    columns = {
        "order_id": pa.int64(),
        "day": pa.date32(),
        "customer_id": pa.int64(),
        "ordered_at": INSTANT,
        "status": pa.string(),
        "total": MONEY,
    }
    return _table(columns, _of_day("orders", day))


@table("shop.order_item", publish="replace_where")
def order_item(run: Run) -> pa.Table:
    """The items of the same orders."""
    day = _day(run)
    run.replace_where(f"day = date '{day}'")
    columns = {
        "order_id": pa.int64(),
        "line": pa.int32(),
        "day": pa.date32(),
        "product_id": pa.string(),
        "quantity": pa.int32(),
        "unit_price": PRICE,
    }
    orders = _of_day("orders", day)
    return _table(columns, ({**one, **item} for one in orders for item in one["items"]))


@table("shop.payment", publish="merge", watermark="updated_at")
def payment(run: Run) -> pa.Table:
    """The payments that changed since the last batch, each as the newest file has it."""
    columns = {
        "payment_id": pa.string(),
        "order_id": pa.int64(),
        "method": pa.string(),
        "amount": MONEY,
        "state": pa.string(),
        "card": pa.string(),
        "updated_at": INSTANT,
    }
    rows = [
        row
        for row in _days("payments")
        # One of the same instant may have come later.
        if run.watermark is None or datetime.fromisoformat(row["updated_at"]) >= run.watermark
    ]
    newest = {row["payment_id"]: row["day"] for row in rows}
    return _table(columns, (row for row in rows if row["day"] == newest[row["payment_id"]]))


@table("shop.web_event", publish="append", watermark="event_id")
def web_event(run: Run) -> pa.Table:
    """What happened on the shop's pages since the last batch."""
    seen = run.watermark or 0
    item = pa.struct({"product_id": pa.string(), "quantity": pa.int32()})
    columns = {
        "event_id": pa.int64(),
        "happened_at": INSTANT,
        "session": pa.string(),
        "customer_id": pa.int64(),
        "kind": pa.string(),
        "page": pa.struct({"path": pa.string(), "referrer": pa.string()}),
        "device": pa.struct({"kind": pa.string(), "languages": pa.list_(pa.string())}),
        "cart": pa.list_(item),
    }
    return _table(columns, (row for row in _days("events") if row["event_id"] > seen))


# -- the files of `landing/` -----------------------------------------------------------------------


def _day(run: Run) -> str:
    """Return the day to build: that of `--from` and `--to`, else the newest that has arrived."""
    if run.batch_day != run.now.date():
        return run.batch_day.isoformat()
    return max(file.stem for file in (LANDING / "orders").glob("*.jsonl"))


def _days(folder: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of every day, oldest first, each with its `day`."""
    for file in sorted((LANDING / folder).glob("*.jsonl")):
        yield from _of_day(folder, file.stem)


def _of_day(folder: str, day: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one day; a day that has not arrived is an error."""
    for row in _lines(LANDING / folder / f"{day}.jsonl"):
        yield {**row, "day": day}


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _table(columns: dict[str, pa.DataType], rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Return rows of text and numbers as a table of exactly these columns."""
    typed = [{name: _typed(row[name], kind) for name, kind in columns.items()} for row in rows]
    return pa.Table.from_pylist(typed, pa.schema(columns))


def _typed(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(value)
    if pa.types.is_date(kind):
        return date.fromisoformat(value)
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    return value
