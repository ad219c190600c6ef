"""Random histories of whole runs against a model in plain Python.

Deliveries with late, stale, deleting, broken, future and repeated rows, builders that fail or build
nothing, batches that come twice, `--full`, `--rebuild`, `--since`, a column that comes and goes,
rollbacks and releases: table, watermark, quarantine and log agree with the model after every step,
and what a run finds of the table as it will be is what a check finds of the table once it is
published.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.errors import BuilderError, SchemaMismatchError, SpectraError
from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.rollback_run import roll_back_batch
from spectra_gx.runner.quarantine.release import release
from spectra_gx.validation.results import Scope
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from tests.contract.checking import contract_of, validate_here
from tests.drawing import drawn
from tests.fakes.builders import Shop
from tests.fakes.folders import folder_of
from tests.fakes.runs import IDENTITY

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract

ORDERS, ASIDE = "shop.orders", "quarantine.shop_orders"
MOST = 6
COLUMNS = ("id", "state", "amount", "at", "note")
DAY = datetime(2026, 1, 1, tzinfo=UTC)
FUTURE = datetime(2987, 6, 5, tzinfo=UTC)


def contract_with(*, bounded: bool, parted: bool, noted: bool) -> StageContract:
    return contract_of(
        f"""
        shop.orders:
          quarantine: true
          primary_key: [id]
          {f"rows: {{min: 0, max: {MOST}}}" if bounded else ""}
          {"partitioned_by: [state]" if parted else ""}
          columns:
            id: {{type: long, required: true}}
            state: {{type: string, enum: [new, paid, gone]}}
            amount: {{type: long, required: true, min: 0}}
            at: timestamp
            {"note: string" if noted else ""}
        """
    )


WAYS = (
    PublishOptions(PublishMode.MERGE, watermark="at"),
    PublishOptions(
        PublishMode.MERGE,
        watermark="at",
        lateness=timedelta(days=2),
        order_by="at",
        delete_where="state = 'gone'",
    ),
    PublishOptions(PublishMode.MERGE, order_by="at", delete_where="amount < 0"),
    PublishOptions(PublishMode.APPEND, watermark="at"),
    PublishOptions(PublishMode.APPEND, watermark="at", allow_future=True),
    PublishOptions(PublishMode.APPEND),
    PublishOptions(PublishMode.REPLACE_WHERE, replace_where="state = 'paid'"),
    PublishOptions(PublishMode.REPLACE_WHERE, replace_where="id > 3", allow_empty=True),
    PublishOptions(watermark="at"),
)


def holds(condition: str | None, row: dict[str, Any]) -> bool:
    """What the conditions above say, in Python; unknown is false."""
    match condition:
        case "state = 'gone'" | "state = 'paid'":
            return row["state"] == condition.split("'")[1]
        case "amount < 0":
            return row["amount"] is not None and row["amount"] < 0
        case "id > 3":
            return row["id"] is not None and row["id"] > 3
    return False


def breaks_a_rule(row: dict[str, Any]) -> bool:
    return (
        row["id"] is None
        or row["amount"] is None
        or row["amount"] < 0
        or row["state"] not in (None, "new", "paid", "gone")
    )


def repeated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows whose key is null or not unique among them."""
    keys = Counter(row["id"] for row in rows)
    return [row for row in rows if row["id"] is None or keys[row["id"]] > 1]


def without(rows, others):
    """Rows but for others, each of which is one of them."""
    left = Counter(map(id, others))
    return [row for row in rows if not left[id(row)]]


@dataclass
class Published:
    """What is published, and what was quarantined on the way."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    aside: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    watermark: Any = None
    exists: bool = False
    noted: bool = False
    """Whether the table has the column that comes and goes."""


@dataclass
class Outcome:
    """What becomes of a batch."""

    after: Published | None
    """None where nothing is published."""

    counts: dict[str, Any] | None = None


@dataclass
class Split:
    """The rows of a batch, by what becomes of them."""

    good: list[dict[str, Any]]
    bad: list[dict[str, Any]] = field(default_factory=list)
    deletes: list[dict[str, Any]] = field(default_factory=list)
    stale: list[dict[str, Any]] = field(default_factory=list)

    @property
    def replacing(self):
        return without(self.good, self.stale)

    @property
    def added(self):
        return without(self.replacing, self.deletes)


def split(options: PublishOptions, batch, kept) -> Split:
    """Take out what deletes, what is stale and what is broken, until nothing else is."""
    merges = options.publish is PublishMode.MERGE
    rows = Split(batch)
    while True:
        rows.deletes = [row for row in rows.good if merges and holds(options.delete_where, row)]
        rows.stale = [row for row in rows.good if merges and is_stale(options, row, kept)]
        broken = [row for row in rows.added if breaks_a_rule(row)]
        broken += repeated(rows.good if merges else rows.added)
        if options.publish is PublishMode.APPEND:
            known = {row["id"] for row in kept}
            broken += [row for row in rows.added if row["id"] in known]
        if not broken:
            return rows
        rows.bad += [row for row in rows.good if any(row is one for one in broken)]
        rows.good = without(rows.good, broken)


@dataclass(frozen=True)
class How:
    """How a batch is run."""

    full: bool = False
    rebuild: bool = False
    fails: bool = False
    since: datetime | None = None
    bounded: bool = True
    noted: bool = False

    @property
    def renews(self):
        return self.full or self.rebuild


def publish(before: Published, options: PublishOptions, batch, batch_id, how: How) -> Outcome:
    """Publish a batch, in plain Python; None is one that was not built."""
    mode = options.publish
    adds = mode in (PublishMode.APPEND, PublishMode.MERGE)
    replaces = mode is PublishMode.REPLACE or (adds and how.renews)
    if batch is None or (adds and not how.renews and not batch and before.exists):
        return Outcome(before if before.exists and before.noted >= how.noted else None)
    outside = [row for row in batch if not holds(options.replace_where, row)]
    if mode is PublishMode.REPLACE_WHERE and outside:
        return Outcome(None)
    kept = [] if adds and how.renews else before.rows
    rows = split(options, batch, kept)
    gone = before.rows if replaces else []
    if replaces:
        kept = []
    elif mode is PublishMode.REPLACE_WHERE:
        gone = [row for row in kept if holds(options.replace_where, row)]
        kept = without(kept, gone)
    elif mode is PublishMode.MERGE:
        keys = {row["id"] for row in rows.replacing}
        kept = [row for row in kept if row["id"] not in keys]
    published = kept + rows.added
    if (how.bounded and len(published) > MOST) or repeated(published):
        return Outcome(None)
    if gone and not (rows.good or how.bounded or options.allow_empty):
        return Outcome(None)
    if before.noted and not how.noted and not (how.rebuild and replaces):
        return Outcome(None)
    if options.watermark and not options.allow_future and any(map(is_future, rows.good)):
        return Outcome(None)
    counted_ones = without(batch, [row for row in rows.bad if is_future(row)])
    values = [row[options.watermark] for row in counted_ones if options.watermark]
    values = [one for one in [*values, None if how.renews else before.watermark] if one is not None]
    aside = before.aside + [(row, batch_id) for row in rows.bad]
    counts = {
        "mode": "replace" if replaces else str(mode),
        "staged": len(rows.good) - len(rows.deletes),
        "quarantined": len(rows.bad),
        "deleted": len(rows.deletes),
        "stale": len(rows.stale),
    }
    return Outcome(Published(published, aside, max(values, default=None), True, how.noted), counts)


def is_future(row):
    return row["at"] == FUTURE


def is_stale(options, row, published):
    if options.order_by is None or row["at"] is None:
        return False
    return any(
        old["id"] == row["id"] and old["at"] is not None and row["at"] < old["at"]
        for old in published
    )


ROWS = st.fixed_dictionaries(
    {
        "id": st.sampled_from([None, 1, 2, 3, 4, 5, 6]),
        "state": st.sampled_from([None, "new", "paid", "gone", "odd"]),
        "amount": st.sampled_from([None, -1, 0, 1, 2, 3]),
        "at": st.none() | st.integers(0, 6).map(lambda day: DAY + timedelta(day)) | st.just(FUTURE),
        "note": st.sampled_from([None, "n"]),
    }
)
GOOD = st.fixed_dictionaries(
    {
        "id": st.integers(1, 6),
        "state": st.sampled_from(["new", "paid", "gone"]),
        "amount": st.integers(0, 3),
        "at": st.integers(0, 6).map(lambda day: DAY + timedelta(day)),
        "note": st.sampled_from([None, "n"]),
    }
)
BATCHES = st.lists(GOOD, max_size=4, unique_by=lambda row: row["id"]) | st.lists(
    GOOD | ROWS, max_size=5
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), BATCHES),
        st.tuples(st.just("run"), BATCHES),
        st.tuples(st.just("run"), BATCHES),
        st.tuples(st.sampled_from(["full", "rebuild"]), BATCHES),
        st.tuples(st.just("since"), st.tuples(st.integers(0, 6), BATCHES)),
        st.tuples(st.just("nothing"), st.none()),
        st.tuples(st.just("contract"), st.booleans()),
        st.tuples(st.just("again"), BATCHES),
        st.tuples(st.just("fail"), BATCHES),
        st.tuples(
            st.just("back"), st.sampled_from([(1, False), (1, False), (2, False), (2, True)])
        ),
        st.tuples(st.just("release"), st.integers(0, 2)),
        st.tuples(st.just("compact"), st.none()),
    ),
    min_size=2,
    max_size=7,
)


class Deliveries:
    """Builds what was delivered since the watermark; it may fail at the end."""

    tables, needs, calls = (ORDERS,), frozenset(), ()

    def __init__(self, history: History, rows: list[dict[str, Any]] | None, *, fails: bool) -> None:
        self._history = history
        self._rows = rows
        self._fails = fails

    def place_of(self, table):
        return f"the fake builder of `{table}`"

    def build(self, run):
        self._history.seen = run.watermark
        table = self._history.shop.contract.table(ORDERS)
        schema = arrow_schema({column.name: column.type for column in table.columns})
        if self._rows is None:
            yield ORDERS, None
        else:
            rows = self._history.since(run.watermark, self._rows)
            yield ORDERS, pa.Table.from_pylist(rows, schema=schema).to_reader()
        if self._fails:
            raise BuilderError("the builder failed on purpose")


@dataclass
class History:
    """A stage of one table, with its model."""

    shop: Shop
    options: PublishOptions
    bounded: bool = True
    parted: bool = False
    noted: bool = False
    """Whether the contract has the column that comes and goes."""

    now: Published = field(default_factory=Published)
    batches: list[tuple[str | None, Published]] = field(default_factory=list)
    """What was published, the newest last, each with what was there before; None for a release."""

    runs: int = 0
    renewed: set[str] = field(default_factory=set)
    """Batches of `--full` and `--rebuild`."""

    logged: list[tuple[str, str, str]] = field(default_factory=list)
    """Run, batch and status of what the log should have."""

    seen: Any = "nothing was built"

    def since(self, watermark, rows):
        if watermark is None:
            return rows
        if self.options.publish is PublishMode.APPEND:
            return [row for row in rows if row["at"] is not None and row["at"] > watermark]
        return [row for row in rows if row["at"] is not None and row["at"] >= watermark]

    def step(self, kind, given):
        match kind:
            case "run" | "fail" | "nothing":
                self.run(given, f"batch_{self.runs}", fails=kind == "fail")
            case "full" | "rebuild":
                self.run(given, f"batch_{self.runs}", **{kind: True})
            case "since":
                since = DAY + timedelta(given[0]) if self.options.watermark else None
                self.run(given[1], f"batch_{self.runs}", since=since)
            case "contract":
                self.noted = given
                self.shop.contract = contract_with(
                    bounded=self.bounded, parted=self.parted, noted=given
                )
            case "again":
                known = [batch for batch, _ in self.batches if batch]
                self.run(given, known[0] if known else "again")
            case "back":
                self.roll_back(*given)
            case "release":
                self.release(given)
            case "compact" if self.now.exists:
                self.shop.warehouse.open(ORDERS).optimize.compact()
        self.check_stored()

    def run(self, rows, batch_id, **chosen):
        self.runs += 1
        options = self.options
        how = How(**chosen, bounded=self.bounded, noted=self.noted)
        shown = how.since
        if options.watermark and not (shown or how.renews) and self.now.watermark is not None:
            shown = self.now.watermark - options.lateness
        if rows is not None and not self.noted:
            rows = [{**row, "note": None} for row in rows]
        built = None if rows is None else self.since(shown, rows)
        known = batch_id in [batch for batch, _ in self.batches]
        self.seen = "nothing was built"
        since = how.since and how.since.isoformat()
        run = self.shop.begin(
            {}, batch_id=batch_id, full=how.full, rebuild=how.rebuild, since=since
        )
        plan = StagePlan((Deliveries(self, rows, fails=how.fails),), {ORDERS: options})
        run._make_plan = lambda: plan
        ended = run.run()
        if known:
            assert (ended.exit_code, ended.already_published) == (0, "Success")
            return
        assert self.seen == shown
        outcome = publish(self.now, options, built, batch_id, how)
        after = None if how.fails else outcome.after
        name = ended.identity.execution_id
        self.logged.append((name, batch_id, "Failed" if after is None else "Success"))
        assert (ended.status, ended.published != {}) == (
            self.logged[-1][2],
            after is not None and outcome.counts is not None,
        ), ended.error
        if not ended.published:
            return
        self.batches.append((batch_id, self.now))
        self.renewed |= {batch_id} if how.renews else set()
        self.now = after
        assert ended.to_dict()["publishing"] == {ORDERS: outcome.counts}
        self.check_verdict(ended)
        [row] = [r for r in self.shop.log.runs("checkpoint") if r["execution_id"] == name]
        assert (row["rows_staged"], row["rows_deleted"], row["rows_stale"]) == (
            outcome.counts["staged"], outcome.counts["deleted"], outcome.counts["stale"],
        )  # fmt: skip
        assert (row["quarantined_count"] or 0, row["row_count"]) == (
            outcome.counts["quarantined"],
            len(self.now.rows),
        )

    def check_verdict(self, ended):
        """What was found of the table as it will be is what is found of it now."""
        [before] = ended.stage.tables
        [after] = validate_here(self.shop.contract, folder_of(self.shop.warehouse)).result.tables
        assert [(one.id, one.status) for one in before.rules] == [
            (one.id, one.status) for one in after.rules
        ]
        for found, now in zip(before.rules, after.rules, strict=True):
            if found.scope is Scope.WHOLE:
                assert (found.evaluated, found.unexpected, found.observed) == (
                    now.evaluated, now.unexpected, now.observed,
                )  # fmt: skip

    def roll_back(self, depth, through):
        if len(self.batches) < depth:
            return
        batch_id, before = self.batches[-depth]
        taken = [batch for batch, _ in self.batches[-depth:]]
        if batch_id is None:
            return
        self.runs += 1
        name = f"back_{self.runs}"
        identity = replace(IDENTITY, execution_id=name, batch_id=name, started=datetime.now(UTC))
        parameters = RunParameters(rollback=batch_id)
        try:
            ended = roll_back_batch(
                self.shop.contract, parameters, identity, self.shop.warehouse, self.shop.log,
                through=through,
            )  # fmt: skip
        except SpectraError:
            assert None in taken or (depth > 1 and not through)
            return
        assert None not in taken
        assert depth == 1 or through
        assert (ended.exit_code, set(ended.rolled_back)) == (0, set(taken))
        self.logged.append((name, name, "Success"))
        del self.batches[-depth:]
        aside = [(row, batch) for row, batch in self.now.aside if batch not in taken]
        noted = before.noted if before.exists else self.now.noted
        self.now = replace(before, aside=aside, exists=True, noted=noted)

    def release(self, which):
        waiting = sorted({batch for _, batch in self.now.aside})
        if not waiting:
            return
        batch_id = waiting[which % len(waiting)]
        [run] = [
            run for run, batch, status in self.logged if (batch, status) == (batch_id, "Success")
        ][-1:]
        rows = [row for row, batch in self.now.aside if batch == batch_id]
        known = {row["id"] for row in self.now.rows}
        twice = repeated([row for row in rows if not self.is_no_row_now(row, batch_id)])
        leaving = [
            row
            for row in rows
            if not breaks_a_rule(row)
            and row["id"] not in known
            and not any(row is one for one in twice)
            and not self.is_no_row_now(row, batch_id)
        ]
        if self.bounded and len(self.now.rows) + len(leaving) > MOST:
            leaving = []
        if self.noted > self.now.noted:
            leaving = []
        self.runs += 1
        name = f"release_{self.runs}"
        identity = replace(IDENTITY, execution_id=name, batch_id=name, started=datetime.now(UTC))
        contract = self.shop.contract
        try:
            released = release(
                contract, {contract.name: contract}, contract.table(ORDERS), run,
                self.shop.warehouse, self.shop.log, identity, self.options,
            )  # fmt: skip
        except SchemaMismatchError:
            assert not self.now.noted
            assert any(row["note"] for row in rows)
            return
        assert self.now.noted or not any(row["note"] for row in rows)
        assert (released.released, released.left) == (len(leaving), len(rows) - len(leaving))
        if leaving:
            self.logged.append((name, name, "Success"))
            left = [one for one in self.now.aside if not any(one[0] is row for row in leaving)]
            self.batches.append((None, self.now))
            self.now = replace(self.now, rows=self.now.rows + leaving, aside=left)

    def is_no_row_now(self, row, batch_id):
        """Whether a quarantined row would delete, was replaced or deleted since, or comes again."""
        options = self.options
        places = [place for place, (batch, _) in enumerate(self.batches) if batch == batch_id]
        later = self.batches[places[-1] + 1 :]
        after = later[0][1] if later else self.now
        batches = [batch for batch, _ in later if batch is not None]
        mark = after.watermark
        comes_again = mark is None or (row["at"] is not None and row["at"] > mark)
        is_early = is_future(row) and not options.allow_future
        if options.watermark and (comes_again or is_early):
            return True
        match options.publish:
            case PublishMode.REPLACE_WHERE:
                return bool(batches) and holds(options.replace_where, row)
            case PublishMode.APPEND:
                return bool(self.renewed & {*batches})
            case PublishMode.MERGE:
                was, now = ({one["id"] for one in known.rows} for known in (after, self.now))
                return (
                    bool(self.renewed & {*batches})
                    or holds(options.delete_where, row)
                    or row["id"] in was - now
                )
        return False

    def check_stored(self):
        assert counted(self.shop.rows(ORDERS)) == counted(self.now.rows)
        if self.now.exists:
            stored = [one.name for one in self.shop.warehouse.open(ORDERS).schema().fields]
            assert stored == list(COLUMNS if self.now.noted else COLUMNS[:-1])
        aside = self.shop.rows(ASIDE)
        assert counted(aside, "quarantine_batch_id") == counted(
            [{**row, "quarantine_batch_id": batch} for row, batch in self.now.aside],
            "quarantine_batch_id",
        )
        rows = [(r["execution_id"], r["batch_id"], r["status"]) for r in self.shop.log.runs("run")]
        assert sorted(rows) == sorted(self.logged)
        assert not (folder_of(self.shop.warehouse, "Files") / "_staging").exists()


def counted(rows, *more):
    return Counter(tuple(row.get(name) for name in (*COLUMNS, *more)) for row in rows)


def order(number, state="new", amount=1, day=0):
    at = DAY + timedelta(day)
    return {"id": number, "state": state, "amount": amount, "at": at, "note": None}


BESIDE_BAD_ROWS = [
    ("run", [order(1, day=4), order(2, day=4)]),
    ("run", [order(1, "gone", None, 5), order(2, "new", None, 3), order(3, "new", None, 5)]),
]
QUARANTINED_FUTURE = [
    ("run", [{**order(1, "odd"), "at": FUTURE}, order(2, day=1)]),
    ("run", [order(3, day=2)]),
]
RELEASED = [("run", [{**order(6), "at": FUTURE}, order(6), order(1)]), ("release", 0)]
TAKEN_BACK = [("run", [order(1, day=5)]), ("back", (1, False)), ("run", [order(2, day=1)])]


@drawn(3, many=120)
@given(st.sampled_from(WAYS), st.booleans(), st.booleans(), STEPS)
@example(WAYS[0], True, False, TAKEN_BACK)
@example(WAYS[1], True, False, BESIDE_BAD_ROWS)
@example(WAYS[4], True, True, QUARANTINED_FUTURE)
@example(WAYS[0], False, True, RELEASED)
def test_a_stage_is_what_its_runs_make_of_it(options, bounded, parted, steps):
    with TemporaryDirectory() as root:
        contract = contract_with(bounded=bounded, parted=parted, noted=False)
        history = History(Shop(Path(root), contract), options, bounded, parted)
        for step in steps:
            history.step(*step)
