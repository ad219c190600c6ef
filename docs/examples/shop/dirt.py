"""What goes wrong in the shop's systems: a few rows of every delivery, always the same ones.

`README.md` lists what the contract finds of each.
"""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

Rows = list[dict[str, Any]]


def spill(made: dict[str, Rows]) -> None:
    """Make some rows of a delivery wrong."""
    _spill_customers(made["customers"])
    _spill_products(made["products"])
    _spill_orders(made["orders"])
    _spill_payments(made["payments"])
    _spill_events(made["events"])


def _spill_customers(customers: Rows) -> None:
    customers[4]["email"] = "no at sign"
    customers[9]["country"] = "Austria"
    customers[14]["born_on"] = date(2126, 1, 1)
    customers.append(customers[19] | {"email": "somebody.else@example.com"})


def _spill_products(products: Rows) -> None:
    products[2]["price"] = -products[2]["price"]
    products[5]["weight_kg"] = None


def _spill_orders(orders: Rows) -> None:
    orders[3]["status"] = "payed"
    orders[7]["customer_id"] = 999_999
    orders[11]["total"] += Decimal("0.10")
    orders[15]["items"][0]["quantity"] = 0
    orders[19]["items"][0]["product_id"] = "P-9999"


def _spill_payments(payments: Rows) -> None:
    payments[1]["method"] = "cheque"
    payments[4]["amount"] = Decimal(0)
    payments[0]["card"] = "4000 0000 0000 0000"
    payments.append(copy.deepcopy(payments[8]))


def _spill_events(events: Rows) -> None:
    events[2]["kind"] = "clik"
    events[5]["page"]["path"] = events[5]["page"]["path"].removeprefix("/")
    at_cart = [event for event in events if event["cart"]]
    at_cart[0]["cart"][0]["quantity"] = -1
