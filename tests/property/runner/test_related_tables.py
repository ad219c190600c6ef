"""Random histories of tables that need each other against a model in plain Python.

Orders, items that reference orders, and totals that are built from orders as they will be: with
both kinds of `on_failure`, quarantine or none, tables that a run does not build, batches that come
twice, rollbacks and releases.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.rollback_run import roll_back_batch
from spectra_gx.runner.quarantine.release import release
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from tests.contract.checking import contract_of, validate_here
from tests.drawing import drawn
from tests.fakes.builders import Shop
from tests.fakes.folders import folder_of
from tests.fakes.runs import IDENTITY

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract

ORDERS, ITEMS, TOTALS = TABLES = ("shop.orders", "shop.items", "shop.totals")
MOST = 6
APPEND, MERGE, REPLACE = PublishMode.APPEND, PublishMode.MERGE, PublishMode.REPLACE
EMPTY: dict[str, Any] = dict.fromkeys(TABLES)


@dataclass(frozen=True)
class Stage:
    """What kind of stage it is."""

    continues: bool
    aside: frozenset[str]
    """The tables whose bad rows are quarantined."""

    modes: dict[str, PublishMode]

    @property
    def contract(self) -> StageContract:
        aside = {name: str(name in self.aside).lower() for name in TABLES}
        return contract_of(
            f"""
            {ORDERS}:
              quarantine: {aside[ORDERS]}
              primary_key: [id]
              rows: {{min: 0}}
              columns:
                id: {{type: long, required: true}}
                amount: {{type: long, required: true, min: 0}}
            {ITEMS}:
              quarantine: {aside[ITEMS]}
              primary_key: [id]
              rows: {{min: 0}}
              columns: {{id: long, order_id: long}}
              rules:
                - id: its-order
                  references: {{columns: [order_id], table: {ORDERS}, to: [id]}}
            {TOTALS}:
              columns:
                orders: long
                amount: {{type: long, max: {MOST}}}
            """,
            "on_failure: continue\n" if self.continues else "",
        )


Rows = list[dict[str, Any]]


def repeated(rows: Rows) -> Rows:
    keys = Counter(row["id"] for row in rows)
    return [row for row in rows if row["id"] is None or keys[row["id"]] > 1]


def total(orders: Rows) -> Rows:
    amounts = [row["amount"] for row in orders if row["amount"] is not None]
    return [{"orders": len(orders), "amount": sum(amounts) if amounts else None}]


def is_bad(name: str, row: dict[str, Any], orders: Rows | None) -> bool:
    """Return whether a row breaks a rule about it alone, or refers to no order."""
    if name == ORDERS:
        return row["id"] is None or row["amount"] is None or row["amount"] < 0
    known = {one["id"] for one in orders or ()}
    return row["id"] is None or (row["order_id"] is not None and row["order_id"] not in known)


def failing(tables: dict[str, Rows | None]) -> dict[str, set[str]]:
    """Return the tables that fail as they are here, each with the tables that it fails beside."""
    orders, items, totals = (tables[name] for name in TABLES)
    found: dict[str, list[set[str]]] = {name: [] for name in TABLES}
    if orders is None or repeated(orders) or any(is_bad(ORDERS, row, None) for row in orders):
        found[ORDERS].append(set())
    if items is None or repeated(items):
        found[ITEMS].append(set())
    if orders is None or any(is_bad(ITEMS, {**row, "id": 0}, orders) for row in items or ()):
        found[ITEMS].append({ORDERS})
    if totals is None or (totals and (totals[0]["amount"] or 0) > MOST):
        found[TOTALS].append(set())
    return {name: set.intersection(*beside) for name, beside in found.items() if beside}


@dataclass
class Built:
    """A table as it was built, and as it will be."""

    rows: Rows
    aside: Rows
    batch: Rows


def build(stage: Stage, name: str, batch: Rows, before: Rows | None, orders, *, full) -> Built:
    """Split a batch if its table is quarantined, and put it where it belongs."""
    mode = REPLACE if full else stage.modes.get(name, REPLACE)
    kept = [] if mode is REPLACE else before or []
    good, aside = list(batch), []
    while name in stage.aside:
        known = {row["id"] for row in kept} if mode is APPEND else ()
        twice = repeated(good)
        bad = [
            row
            for row in good
            if is_bad(name, row, orders) or row["id"] in known or any(row is one for one in twice)
        ]
        if not bad:
            break
        aside += bad
        good = [row for row in good if not any(row is one for one in bad)]
    if stage.modes.get(name) is MERGE:
        if repeated(good):
            return Built(good, aside, good)
        keys = {row["id"] for row in good}
        kept = [row for row in kept if row["id"] not in keys]
    return Built(kept + good, aside, good)


def select(stage: Stage, built: dict[str, Built], published) -> set[str] | None:
    """Return which of the built tables are published; None where the run fails whole."""

    def view(held: set[str]) -> dict[str, Rows | None]:
        new = {name: one.rows for name, one in built.items() if name not in held}
        return {**published, **new}

    held: set[str] = set()
    if not stage.continues:
        return None if failing(view(held)) else set(built)
    while True:
        wrong = failing(view(held))
        left = set(built) - held
        more = {name for name in wrong if name in left}
        more = {name for name in more if not wrong[name] & more} or more
        if not more and ITEMS in wrong and ITEMS not in left and ITEMS not in failing(published):
            more = left & {ORDERS}
        if not more:
            return left
        if ORDERS in more:
            more |= left & {TOTALS}
        held |= more


IDS = st.integers(1, 4)
ORDER = st.fixed_dictionaries({"id": IDS, "amount": st.sampled_from([0, 1, 1, 2, 3])})
ITEM = st.fixed_dictionaries({"id": IDS, "order_id": st.integers(1, 3)})
BAD_ORDER = st.fixed_dictionaries({"id": IDS, "amount": st.sampled_from([None, -1, 5, 9])})
BAD_ITEM = st.fixed_dictionaries({"id": st.none() | IDS, "order_id": st.none() | st.integers(1, 9)})


def batches(good, bad):
    unique = st.lists(good, max_size=3, unique_by=lambda row: row["id"])
    return st.one_of(unique, unique, unique, st.lists(good | bad, max_size=4), st.none())


GIVEN = st.tuples(batches(ORDER, BAD_ORDER), batches(ITEM, BAD_ITEM), st.integers(0, 3).map(bool))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), GIVEN),
        st.tuples(st.just("run"), GIVEN),
        st.tuples(st.just("run"), GIVEN),
        st.tuples(st.sampled_from(["full", "rebuild", "again"]), GIVEN),
        st.tuples(st.just("back"), st.tuples(st.integers(1, 3), st.booleans())),
        st.tuples(st.just("release"), st.tuples(st.sampled_from([ORDERS, ITEMS]), IDS)),
    ),
    min_size=2,
    max_size=6,
)
GOOD = ("run", ([{"id": 1, "amount": 1}, {"id": 2, "amount": 0}], [{"id": 1, "order_id": 1}], True))
STAGES = st.builds(
    Stage,
    st.booleans(),
    st.frozensets(st.sampled_from([ORDERS, ITEMS])),
    st.fixed_dictionaries(
        dict.fromkeys([ORDERS, ITEMS], st.sampled_from([APPEND, MERGE, REPLACE]))
    ),
)


class OneTable:
    """Builds one table: what was delivered, or totals of orders as they will be."""

    calls = ()

    def __init__(self, contract: StageContract, name: str, rows: Rows | None) -> None:
        self.tables = (name,)
        self.needs = frozenset({ORDERS} if name == TOTALS else ())
        self._columns = {one.name: one.type for one in contract.table(name).columns}
        self._rows = rows

    def place_of(self, table):
        return f"the fake builder of `{table}`"

    def build(self, run):
        rows = self._rows
        if self.tables == (TOTALS,) and rows is not None:
            rows = total(pa.table(run.built(ORDERS)).to_pylist())
        schema = arrow_schema(self._columns)
        found = None if rows is None else pa.Table.from_pylist(rows, schema=schema).to_reader()
        yield self.tables[0], found


@dataclass
class History:
    """A stage of three tables, with its model."""

    shop: Shop
    stage: Stage
    now: dict[str, Rows | None] = field(default_factory=lambda: dict(EMPTY))
    aside: dict[str, list[tuple[dict[str, Any], str, str]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    """Table → row, batch and run of what is in quarantine."""

    batches: dict[str, list[tuple[str | None, Rows | None]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    """Table → its batches, the newest last, each with the rows before; None for a release."""

    runs: int = 0
    logged: list[tuple[str, str, str]] = field(default_factory=list)

    def step(self, kind, given):
        match kind:
            case "run":
                self.run(given, f"batch_{self.runs}")
            case "full" | "rebuild":
                self.run(given, f"batch_{self.runs}", full=True, how={kind: True})
            case "again" if self.logged:
                self.run(given, self.logged[0][1])
            case "back":
                self.roll_back(*given)
            case "release":
                self.release(*given)
        self.check_stored()

    def has(self, name, batch_id):
        return batch_id in [one for one, _ in self.batches[name]]

    def run(self, given, batch_id, *, full=False, how=None):
        self.runs += 1
        orders, items, totals = given
        delivered = {ORDERS: orders, ITEMS: items, TOTALS: [] if totals else None}
        left = {name: rows for name, rows in delivered.items() if not self.has(name, batch_id)}
        run = self.shop.begin({}, batch_id=batch_id, **(how or {}))
        builders = [OneTable(self.shop.contract, *one) for one in delivered.items()]
        options = {name: PublishOptions(mode) for name, mode in self.stage.modes.items()}
        needs = {ITEMS: frozenset({ORDERS}), TOTALS: frozenset({ORDERS})}
        run._make_plan = lambda: StagePlan(tuple(builders), options, needs)
        ended = run.run()
        if not left:
            assert (ended.exit_code, bool(ended.already_published)) == (0, True)
            return
        built = self.build(left, full=full)
        chosen = None if built is None else select(self.stage, built, self.now)
        passed = chosen is not None and not failing({**self.now, **rows_of(built, chosen)})
        passed = passed and chosen == set(built)
        name = ended.identity.execution_id
        self.logged.append((name, batch_id, "Success" if passed else "Failed"))
        assert (ended.status, set(ended.published)) == (self.logged[-1][2], chosen or set()), (
            ended.error
        )
        for table in chosen or ():
            self.batches[table].append((batch_id, self.now[table]))
            self.now[table] = built[table].rows
            self.aside[table] += [(row, batch_id, name) for row in built[table].aside]
        if chosen:
            self.check_verdict(ended)

    def build(self, delivered, *, full):
        """Return what is built of each table; None where a builder fails."""
        built = {}
        for name, rows in delivered.items():
            before = self.now[name]
            orders = built[ORDERS].rows if ORDERS in built else self.now[ORDERS]
            if name == TOTALS and rows is not None and orders is None:
                return None
            batch = total(orders) if name == TOTALS and rows is not None else rows
            adds = self.stage.modes.get(name, REPLACE) is not REPLACE
            if batch is None or (adds and not full and not batch and before is not None):
                continue
            built[name] = build(self.stage, name, batch, before, orders, full=full)
        return built

    def check_verdict(self, ended):
        """What was found of the tables as they will be is what is found of them now."""
        after = validate_here(self.shop.contract, folder_of(self.shop.warehouse)).result
        for before, now in zip(ended.stage.tables, after.tables, strict=True):
            if before.table in ended.published:
                assert [(one.id, one.status) for one in before.rules] == [
                    (one.id, one.status) for one in now.rules
                ]

    def roll_back(self, depth, through):
        known = list(dict.fromkeys(batch for _, batch, _ in self.logged))
        known = [one for one in known if any(self.has(name, one) for name in TABLES)]
        if len(known) < depth:
            return
        batch_id = known[-depth]
        taken = {}
        for name in TABLES:
            if self.has(name, batch_id):
                place = [one for one, _ in self.batches[name]].index(batch_id)
                taken[name] = self.batches[name][place:]
        self.runs += 1
        name = f"back_{self.runs}"
        identity = replace(IDENTITY, execution_id=name, batch_id=name, started=datetime.now(UTC))
        released = any(one is None for rows in taken.values() for one, _ in rows)
        later = any(len(rows) > 1 for rows in taken.values())
        try:
            roll_back_batch(
                self.shop.contract, RunParameters(rollback=batch_id), identity,
                self.shop.warehouse, self.shop.log, through=through,
            )  # fmt: skip
        except (UsageError, WarehouseError):
            assert released or (later and not through)
            return
        assert not released
        assert through or not later
        self.logged.append((name, name, "Success"))
        for table, batches in taken.items():
            ids = [one for one, _ in batches]
            del self.batches[table][-len(batches) :]
            self.now[table] = batches[0][1] or []
            self.aside[table] = [one for one in self.aside[table] if one[1] not in ids]

    def release(self, table, which):
        waiting = sorted({run for *_, run in self.aside[table]})
        if not waiting:
            return
        run = waiting[which % len(waiting)]
        rows = [row for row, _, of in self.aside[table] if of == run]
        published = self.now[table]
        twice = repeated(rows)
        leaving = [
            row
            for row in rows
            if not is_bad(table, row, self.now[ORDERS])
            and not any(row is one for one in twice)
            and row["id"] not in {one["id"] for one in published}
        ]
        if failing({**self.now, table: published + leaving}):
            leaving = []
        self.runs += 1
        name = f"release_{self.runs}"
        identity = replace(IDENTITY, execution_id=name, batch_id=name, started=datetime.now(UTC))
        contract = self.shop.contract
        released = release(
            contract, {contract.name: contract}, contract.table(table), run,
            self.shop.warehouse, self.shop.log, identity,
            PublishOptions(self.stage.modes.get(table, REPLACE)),
        )  # fmt: skip
        assert (released.released, released.left) == (len(leaving), len(rows) - len(leaving))
        if leaving:
            self.logged.append((name, name, "Success"))
            self.batches[table].append((None, published))
            self.now[table] = published + leaving
            self.aside[table] = [
                one for one in self.aside[table] if not any(one[0] is row for row in leaving)
            ]

    def check_stored(self):
        for name, rows in self.now.items():
            assert self.shop.warehouse.exists(name) == (rows is not None)
            assert counted(self.shop.rows(name)) == counted(rows or [])
            aside = self.shop.rows(f"quarantine.{name.replace('.', '_')}")
            columns = [*self.columns(name), "quarantine_batch_id", "execution_id"]
            assert Counter(tuple(row[one] for one in columns) for row in aside) == Counter(
                (*(row[one] for one in self.columns(name)), batch, run)
                for row, batch, run in self.aside[name]
            )
        rows = [(r["execution_id"], r["batch_id"], r["status"]) for r in self.shop.log.runs("run")]
        assert sorted(rows) == sorted(self.logged)
        assert not (folder_of(self.shop.warehouse, "Files") / "_staging").exists()

    def columns(self, name):
        return [one.name for one in self.shop.contract.table(name).columns]


def rows_of(built, chosen):
    return {name: built[name].rows for name in chosen}


def counted(rows):
    return Counter(tuple(sorted(row.items())) for row in rows)


@drawn(2, many=80)
@given(stage=STAGES, steps=STEPS, first=st.sampled_from([[GOOD], [GOOD], []]))
def test_tables_that_need_each_other_are_what_their_runs_make_of_them(stage, steps, first):
    with TemporaryDirectory() as root:
        history = History(Shop(Path(root), stage.contract), stage)
        for step in first + steps:
            history.step(*step)
