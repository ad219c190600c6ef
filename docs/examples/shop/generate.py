"""Deliver what the systems of an invented shop leave in `landing/` on a day.

    python generate.py [--day 2026-11-20] [--seed 13] [--clean]

The same seed and day always make the same files. People, products and addresses are invented.
`--clean` delivers the day again, with everything corrected that `dirt.py` made wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dirt

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENED = date(2026, 11, 20)
"""The shop's first day; nothing is delivered for earlier ones."""

CUSTOMERS, NEW_CUSTOMERS, ORDERS, VISITS = 40, 4, 30, 40
"""How many there are on the first day, and how many come with every day."""

_FIRST = ("Blip", "Dotty", "Fizz", "Jolt", "Moxie", "Pixel", "Quark", "Zippy")
_LAST = ("Exampleton", "Fakeworth", "Madeup", "Placeholder", "Sampleby", "Testerling")
_WORDS = ("Anvil", "Bucket", "Candle", "Drum", "Easel", "Funnel", "Globe", "Hammock")
_KINDS = ("garden", "home", "toys")
_COUNTRIES = ("AT", "CH", "DE")

Row = dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """What the shop's systems know at the end of a day."""

    seed: int
    day: date

    @property
    def number(self) -> int:
        """How many days the shop was open before."""
        return (self.day - OPENED).days

    def on(self, day: date) -> Delivery:
        """Return what was known on another day."""
        return Delivery(self.seed, day)

    def chance(self, what: str) -> random.Random:
        """Return the dice of a day for one kind of thing."""
        return random.Random(f"{self.seed}/{self.day}/{what}")

    def customers(self) -> list[Row]:
        """Return all customers so far."""
        count = CUSTOMERS + NEW_CUSTOMERS * self.number
        return [_customer(self.seed, number) for number in range(1, count + 1)]

    def products(self) -> list[Row]:
        """Return all products; they are the same every day."""
        return [_product(self.seed, number) for number in range(1, 25)]

    def orders(self) -> list[Row]:
        """Return the orders of the day, each with its items."""
        chance, products, customers = self.chance("order"), self.products(), self.customers()
        orders = []
        for number in range(1, ORDERS + 1):
            chosen = chance.sample(products, chance.randint(1, 4))
            items = [_item(line, one, chance) for line, one in enumerate(chosen, start=1)]
            orders.append({
                "order_id": (self.number + 1) * 1000 + number,
                "customer_id": chance.choice(customers)["customer_id"],
                "ordered_at": self._moment(chance, hours=(6, 20)),
                "status": chance.choice(("open", "paid", "paid", "sent")),
                "total": sum(Decimal(item["unit_price"]) * item["quantity"] for item in items),
                "items": items,
            })  # fmt: skip
        return orders

    def payments(self) -> list[Row]:
        """Return the payments of the day, and those of the day before that were settled since."""
        payments = list(self.new_payments())
        if self.day > OPENED:
            before = self.on(self.day - timedelta(days=1))
            chance = self.chance("settlement")
            payments += [
                {**payment, "state": "settled", "updated_at": self._moment(chance, hours=(1, 5))}
                for payment in before.new_payments()
                if payment["state"] == "pending"
            ]
        return payments

    def new_payments(self) -> Iterator[Row]:
        """Yield a payment for each order of the day that is not open."""
        chance = self.chance("payment")
        for order in self.orders():
            if order["status"] == "open":
                continue
            method = chance.choice(("card", "card", "invoice", "transfer"))
            yield {
                "payment_id": f"pay-{order['order_id']}",
                "order_id": order["order_id"],
                "method": method,
                "amount": order["total"],
                "state": chance.choice(("pending", "settled", "settled")),
                "card": f"***{chance.randint(100, 999)}" if method == "card" else None,
                "updated_at": self._moment(chance, hours=(20, 23)),
            }

    def events(self) -> list[Row]:
        """Return what visitors of the shop's pages did, numbered in the order in which they did."""
        chance, products, customers = self.chance("event"), self.products(), self.customers()
        events: list[Row] = []
        for visit in range(VISITS):
            session = uuid.UUID(int=chance.getrandbits(128), version=4)
            known = chance.choice((True, False))
            visitor = {
                "session": str(session),
                "customer_id": chance.choice(customers)["customer_id"] if known else None,
                "device": {
                    "kind": chance.choice(("desktop", "phone")),
                    "languages": chance.sample(("de", "en", "fr", "it"), 2),
                },
            }
            at = self._moment(chance, hours=(visit * 24 // VISITS, visit * 24 // VISITS))
            for product in chance.sample(products, chance.randint(1, 4)):
                at += timedelta(seconds=chance.randint(5, 40))
                kind = chance.choice(("view", "view", "cart"))
                cart = [{"product_id": product["product_id"], "quantity": chance.randint(1, 3)}]
                events.append({
                    **visitor,
                    "happened_at": at,
                    "kind": kind,
                    "page": {"path": f"/p/{product['product_id']}", "referrer": None},
                    "cart": cart if kind == "cart" else [],
                })  # fmt: skip
        events.sort(key=lambda event: event["happened_at"])
        first = self.number * 10_000 + 1
        return [{"event_id": first + at, **event} for at, event in enumerate(events)]

    def _moment(self, chance: random.Random, hours: tuple[int, int]) -> datetime:
        start = datetime.combine(self.day, time(chance.randint(*hours)), UTC)
        return start + timedelta(seconds=chance.randint(0, 1800))


def _customer(seed: int, number: int) -> Row:
    chance = random.Random(f"{seed}/customer/{number}")
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    came = -(-(number - CUSTOMERS) // NEW_CUSTOMERS)  # the day, counted from the first one
    before = timedelta(days=chance.randint(1, 700))
    return {
        "customer_id": number,
        "name": name,
        "email": f"{name.lower().replace(' ', '.')}.{number}@example.com",
        "phone": chance.choice((None, f"+999 555 {number:04}", f"+999 556 {number:04}")),
        "born_on": date(chance.randint(1950, 2005), chance.randint(1, 12), chance.randint(1, 28)),
        "country": chance.choice(_COUNTRIES),
        "registered_on": OPENED + timedelta(days=came) if came > 0 else OPENED - before,
    }


def _product(seed: int, number: int) -> Row:
    chance = random.Random(f"{seed}/product/{number}")
    return {
        "product_id": f"P-{number:04}",
        "name": f"{_WORDS[number % len(_WORDS)]}; size {chance.choice('SML')}",
        "category": chance.choice(_KINDS),
        "price": Decimal(chance.randint(199, 149_900)).scaleb(-2),
        "weight_kg": Decimal(chance.randint(50, 20_000)).scaleb(-3),
        "listed_on": OPENED - timedelta(days=chance.randint(30, 900)),
    }


def _item(line: int, product: Row, chance: random.Random) -> Row:
    return {
        "line": line,
        "product_id": product["product_id"],
        "quantity": chance.randint(1, 3),
        "unit_price": product["price"],
    }


# -- files -----------------------------------------------------------------------------------------


def deliver(landing: Path, delivery: Delivery, *, clean: bool) -> None:
    """Write the files of a day, and the newest lists of customers and products.

    The files of other days stay as they are.
    """
    days = [date.fromisoformat(file.stem) for file in landing.glob("orders/*.jsonl")]
    newest = delivery.on(max([delivery.day, *days]))
    made = {
        "customers": newest.customers(),
        "products": newest.products(),
        "orders": delivery.orders(),
        "payments": delivery.payments(),
        "events": delivery.events(),
    }
    if not clean:
        dirt.spill(made)
    _write_lines(landing / "customers.jsonl", made["customers"])
    _write_csv(landing / "products.csv", made["products"])
    for name in ("orders", "payments", "events"):
        _write_lines(landing / name / f"{delivery.day}.jsonl", made[name])


def _write_lines(file: Path, rows: list[Row]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, default=str) for row in rows)
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _write_csv(file: Path, rows: list[Row]) -> None:
    """Write as the shop's spreadsheet does: semicolons, points by thousands, decimal commas."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0].keys(), delimiter=";", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({
                name: f"{value:,}".translate(str.maketrans(",.", ".,"))
                if isinstance(value, Decimal)
                else value
                for name, value in row.items()
            })  # fmt: skip


def main() -> None:
    """Deliver the day that the command line names."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    options.add_argument("--day", type=date.fromisoformat, default=OPENED, help=f"from {OPENED} on")
    options.add_argument("--seed", type=int, default=13)
    options.add_argument("--clean", action="store_true", help="deliver it without mistakes")
    given = options.parse_args()
    if given.day < OPENED:
        options.error(f"the shop opened on {OPENED}; name that day or a later one")
    landing = Path(__file__).with_name("landing")
    deliver(landing, Delivery(given.seed, given.day), clean=given.clean)
    sys.stdout.write(f"{given.day} is in {landing.name}/\n")


if __name__ == "__main__":
    main()
