"""Stages of every publish mode, three days of deliveries, and what plain Python makes of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Row: TypeAlias = "Mapping[str, Any]"
Tuple: TypeAlias = tuple[Any, ...]

CONTRACTS = {
    "shop.orders": """
  shop.orders:
    quarantine: true
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      state: {type: string, enum: [new, paid, gone]}
      at: timestamp
""",
    "shop.events": """
  shop.events:
    quarantine: true
    primary_key: [n]
    columns:
      n: {type: long, required: true}
      kind: {type: string, enum: [view, cart]}
""",
    "shop.days": """
  shop.days:
    quarantine: true
    primary_key: [day, n]
    columns:
      day: {type: string, required: true}
      n: {type: long, required: true}
""",
    "shop.counts": """
  shop.counts:
    rows: {min: 0}
    columns:
      counted: {type: string, required: true}
      rows: {type: long, required: true}
""",
    "shop.prices": """
  shop.prices:
    quarantine: true
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      cents: long
""",
    "shop.strict": """
  shop.strict:
    rows: {min: 0, max: 1}
    columns:
      n: {type: long, required: true}
""",
}
HEAD = """\
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from spectra_gx import table

LANDED = json.loads((Path(__file__).parent.parent / "landing.json").read_text())


"""
BUILDERS = {
    "shop.orders": """
@table(
    "shop.orders",
    publish="merge",
    watermark="at",
    order_by="at",
    delete_where="state = 'gone'",
)
def orders(run):
    rows = [
        {**row, "at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(row["at"])}
        for row in LANDED["shop.orders"]
    ]
    rows = [row for row in rows if run.watermark is None or row["at"] >= run.watermark]
    return pa.Table.from_pylist(
        rows,
        pa.schema({"id": pa.int64(), "state": pa.string(), "at": pa.timestamp("us", "UTC")}),
    )


""",
    "shop.events": """
@table("shop.events", publish="append", watermark="n")
def events(run):
    rows = [row for row in LANDED["shop.events"] if row["n"] > (run.watermark or 0)]
    return pa.Table.from_pylist(rows, pa.schema({"n": pa.int64(), "kind": pa.string()}))


""",
    "shop.days": """
@table("shop.days", publish="replace_where")
def days(run):
    rows = LANDED["shop.days"]
    run.replace_where(f"day = '{rows[0]['day']}'")
    return pa.Table.from_pylist(rows, pa.schema({"day": pa.string(), "n": pa.int64()}))


""",
    "shop.prices": """
@table("shop.prices")
def prices(run):
    rows = LANDED["shop.prices"]
    return pa.Table.from_pylist(rows, pa.schema({"id": pa.int64(), "cents": pa.int64()}))


""",
    "shop.strict": """
@table("shop.strict")
def strict(run):
    return pa.table({"n": pa.array([row["n"] for row in LANDED["shop.strict"]], pa.int64())})


""",
}
COUNTS = """
@table("shop.counts", needs={needs})
def counts(run):
    counted = {{name: run.built(name).to_arrow().num_rows for name in {needs}}}
    return pa.table({{"counted": list(counted), "rows": pa.array(counted.values(), pa.int64())}})
"""


def orders(*rows: tuple[int, str, int]) -> list[Row]:
    return [{"id": number, "state": state, "at": at} for number, state, at in rows]


def events(*rows: tuple[int, str]) -> list[Row]:
    return [{"n": n, "kind": kind} for n, kind in rows]


def days(*rows: tuple[str, int]) -> list[Row]:
    return [{"day": day, "n": n} for day, n in rows]


def prices(*rows: tuple[int, int]) -> list[Row]:
    return [{"id": number, "cents": cents} for number, cents in rows]


def numbers(*given: int) -> list[Row]:
    return [{"n": n} for n in given]


LANDINGS: Mapping[str, Sequence[Sequence[Row]]] = {
    "shop.orders": (
        orders((1, "new", 0), (2, "new", 3), (3, "new", 1), (5, "odd", 1), (8, "new", 2)),
        orders((1, "paid", 4), (3, "gone", 4), (4, "odd", 4), (6, "new", 5), (2, "paid", 3)),
        orders((6, "paid", 6), (7, "new", 7), (8, "gone", 6)),
    ),
    "shop.events": (
        events((1, "view"), (2, "cart"), (3, "odd")),
        events((4, "view"), (5, "odd"), (6, "cart")),
        events((7, "view")),
    ),
    "shop.days": (
        days(("mon", 1), ("mon", 2)),
        days(("tue", 3), ("tue", 4), ("tue", 5), ("tue", 5)),
        days(("mon", 9)),
    ),
    "shop.prices": (
        prices((1, 10), (2, 20)),
        prices((1, 11), (2, 22), (3, 33), (3, 33)),
        prices((1, 12), (3, 36)),
    ),
    "shop.strict": (numbers(1), numbers(2, 3), numbers(4)),
}
"""Table → what is delivered to the landing on each of three days."""

ORDERS, EVENTS, DAYS, PRICES, STRICT = LANDINGS


def landed(name: str, day: int) -> list[Row]:
    """Return what the landing has on a day: orders as they are then, events and days so far."""
    delivered = LANDINGS[name][:day]
    if name == ORDERS:
        return list({row["id"]: row for rows in delivered for row in rows}.values())
    if name == EVENTS:
        return [row for rows in delivered for row in rows]
    return list(delivered[-1])


@dataclass
class Stored:
    """What a warehouse has, or should have; rows as tuples, counted."""

    rows: dict[str, Counter[Tuple]] = field(default_factory=lambda: defaultdict(Counter))
    quarantined: dict[str, Counter[Tuple]] = field(default_factory=lambda: defaultdict(Counter))
    watermarks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """A stage with these tables, and with `shop.counts`, which says how many rows they have."""

    name: str
    tables: tuple[str, ...]
    on_failure: str = "abort"

    @property
    def counted(self) -> list[str]:
        """The tables that are counted."""
        return [name for name in self.tables if name != STRICT]

    def write(self, root: Path) -> None:
        """Write its contract and its builders into a folder."""
        contract = (
            "contract: shop\nversion: 1.0.0\nowner: Data Platform\n"
            f"on_failure: {self.on_failure}\ntables:"
        )
        contract += "".join(CONTRACTS[name] for name in (*self.tables, "shop.counts"))
        builders = HEAD + "".join(BUILDERS[name] for name in self.tables)
        StageProject(
            root, contract, {"stages/shop.py": builders + COUNTS.format(needs=self.counted)}
        )

    def deliver(self, root: Path, day: int) -> None:
        """Put into the landing what it has on a day."""
        content = {name: landed(name, day) for name in self.tables}
        (root / "landing.json").write_text(json.dumps(content), encoding="utf-8")

    def expected(self, day: int, *, full: int | None = None) -> Stored:
        """Return what the days up to one come to, each published once.

        Args:
            day: The last one.
            full: The day on which everything is built from the beginning.
        """
        stored = Stored()
        for number in range(1, day + 1):
            for name in self.tables:
                _publish(stored, name, number, full=number == full)
        for name in self.counted:
            stored.rows["shop.counts"][name, stored.rows[name].total()] = 1
        stored.watermarks = {
            name: text(max(row[column] for rows in LANDINGS[name][:day] for row in rows))
            for name, column, text in ((ORDERS, "at", _instant), (EVENTS, "n", str))
            if name in self.tables
        }
        return stored


def _instant(at: int) -> str:
    return f"2026-01-{1 + at:02d}T00:00:00.000000Z"


def _publish(stored: Stored, name: str, day: int, *, full: bool) -> None:
    """Publish what the builder of a table reads on a day, in plain Python."""
    rows = landed(name, day) if full else LANDINGS[name][day - 1]
    published = Counter() if full and name != DAYS else stored.rows[name]
    if name == PRICES:
        published = Counter()
    if name == STRICT:
        published = published if len(rows) > 1 else Counter()
        rows = rows[:0] if len(rows) > 1 else rows
    if name == DAYS:
        published = Counter({row: n for row, n in published.items() if row[0] != rows[0]["day"]})
    if name == ORDERS:
        good = {row["id"] for row in rows if row["state"] != "odd"}
        published = Counter({row: n for row, n in published.items() if row[0] not in good})
    for row in rows:
        values = tuple(row.values())
        if "odd" in values or list(rows).count(row) > 1:
            stored.quarantined[name][values] += 1
        elif row.get("state") != "gone":
            published[values] += 1
    stored.rows[name] = published
