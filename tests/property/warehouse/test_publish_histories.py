"""Random histories of batches against a model in plain Python.

The table as it will be equals the table after publishing; both equal the model, whatever was
compacted, interrupted or taken back in between.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.warehouse.delta.reads import read
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.candidate import build_candidate
from spectra_gx.warehouse.publishing.commits import Base, TablePublication, open_published
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.roll_forward import (
    discard_pending,
    finish_pending,
    publish_batch,
)
from spectra_gx.warehouse.publishing.rollback import plan_rollback, roll_back
from spectra_gx.warehouse.staging import Staging, sweep
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn

NAME = "shop.order"
DAYS = ("mon", "tue", "a b/ü%")
MERGE = PublishOptions(PublishMode.MERGE)
WAYS = (
    PublishOptions(),
    PublishOptions(PublishMode.APPEND),
    MERGE,
    PublishOptions(PublishMode.MERGE, order_by="at", delete_where="day = 'tue' AND n < 0"),
    *(PublishOptions(PublishMode.REPLACE_WHERE, replace_where=f"day = '{day}'") for day in DAYS),
    PublishOptions(PublishMode.REPLACE_WHERE, replace_where="n > 2"),
)
ROWS = st.fixed_dictionaries(
    {
        "id": st.integers(0, 12),
        "day": st.sampled_from(DAYS),
        "at": st.none() | st.integers(0, 3),
        "n": st.none() | st.integers(-3, 6),
    }
)
BATCHES = st.tuples(
    st.sampled_from(WAYS), st.lists(ROWS, max_size=6, unique_by=lambda row: row["id"])
)
STEPS = st.lists(
    st.one_of(
        BATCHES,
        BATCHES,
        BATCHES,
        st.sampled_from(["compact", "kill", "roll back", "add a column"]),
    ),
    min_size=2,
    max_size=9,
)


def takes_part(options: PublishOptions, row: dict[str, object]) -> bool:
    """What the condition of replace_where says, in Python."""
    condition = options.replace_where or ""
    if condition.startswith("day"):
        return f"day = '{row['day']}'" == condition
    return row["n"] is not None and row["n"] > 2


def published(options, rows, batch):
    """The table after a batch, in plain Python."""
    match options.publish:
        case PublishMode.REPLACE:
            return batch
        case PublishMode.APPEND:
            return rows + batch
        case PublishMode.REPLACE_WHERE:
            return [row for row in rows if not takes_part(options, row)] + batch
    deletes, fresh = [], batch
    if options.order_by:
        fresh = [row for row in batch if not is_stale(row, rows)]
        deletes = [row for row in fresh if row["day"] == "tue" and (row["n"] or 0) < 0]
    keys = {row["id"] for row in fresh}
    return [row for row in rows if row["id"] not in keys] + [r for r in fresh if r not in deletes]


def is_stale(row, rows):
    return row["at"] is not None and any(
        old["id"] == row["id"] and old["at"] is not None and row["at"] < old["at"] for old in rows
    )


def as_set(rows, columns):
    return sorted(repr([row.get(column) for column in columns]) for row in rows)


@dataclass
class History:
    """A table with its model."""

    warehouse: Warehouse
    partitioned: bool
    rows: list[dict[str, object]] = field(default_factory=list)
    columns: list[str] = field(default_factory=lambda: ["id", "day", "at", "n"])
    before: list[tuple[str, list[dict[str, object]], list[str]]] = field(default_factory=list)
    number: int = 0
    dies: bool = False

    def check(self, table):
        assert as_set(read(table).to_pylist(), self.columns) == as_set(self.rows, self.columns)

    def step(self, step):
        if step == "compact":
            if (table := open_published(self.warehouse, NAME)) is not None:
                table.optimize.compact()
        elif step == "kill":
            self.dies = True
        elif step == "add a column":
            self.columns = [*self.columns, f"c{len(self.columns)}"]
        elif step == "roll back":
            self.roll_back()
        else:
            self.publish(*step)
        if (table := open_published(self.warehouse, NAME)) is not None:
            self.check_stored(table)

    def check_stored(self, table):
        stored = [field.name for field in table.schema().fields]
        assert as_set(read(table).to_pylist(), stored) == as_set(self.rows, stored)

    def publish(self, options, batch):
        if options.replace_where:
            batch = [row for row in batch if takes_part(options, row)]
        self.number += 1
        number = Batch(f"batch {self.number}", f"run_{self.number}", "shop")
        rows = [row | dict.fromkeys(self.columns[4:], self.number) for row in batch]
        self.before.append((number.id, self.rows, self.columns))
        self.rows = published(options, self.rows, rows)
        with Staging(self.warehouse, number.execution_id) as staging:
            publication = self.stage(staging, options, rows)
            self.check(publication.candidate.delta)
            if self.dies:
                self.die(staging, number, publication)
                return
            publish_batch(self.warehouse, staging, number, [publication])
            # Once more: a batch is published once.
            before = self.warehouse.version(NAME)
            publish_batch(self.warehouse, staging, number, [publication])
            assert self.warehouse.version(NAME) == before
            staging.settle()

    def stage(self, staging, options, rows):
        schema = [("id", pa.int64()), ("day", pa.string()), ("at", pa.int64()), ("n", pa.int64())]
        schema += [(name, pa.int64()) for name in self.columns[4:]]
        data = pa.Table.from_pylist(rows, schema=pa.schema(schema))
        staging.write(NAME, data, partition_by=["day"] if self.partitioned else ())
        # So little memory that keys are grouped and joined two or three at a time.
        staged = StagedTable(NAME, staging.open(NAME), options, ("id",), memory=0.0003)
        head = open_published(self.warehouse, NAME)
        folder = TablePlace(self.warehouse.store, f"{staging.folder}/candidate")
        candidate = build_candidate(staged, head, folder)
        return TablePublication(staged, Base.of(head), candidate=candidate)

    def die(self, staging, number, publication):
        """Leave `publish.json` behind, as a run does that is killed before its first commit."""
        self.dies = False
        dead = Staging.decide

        class KilledError(Exception):
            pass

        def decide(content):
            dead(staging, content)
            raise KilledError

        staging.decide = decide
        with suppress(KilledError):
            publish_batch(self.warehouse, staging, number, [publication])
        staging.__exit__()
        assert sweep(self.warehouse) == []
        if (table := open_published(self.warehouse, NAME)) is not None and self.number % 2:
            table.optimize.compact()
        (completed,) = finish_pending(self.warehouse, "shop", [NAME])
        assert completed.failed == {}
        assert completed.published == {NAME: self.warehouse.version(NAME)}
        discard_pending(self.warehouse, completed.pending)

    def roll_back(self):
        if not self.before:
            return
        batch_id, self.rows, columns = self.before.pop()
        self.number += 1
        (plan,) = plan_rollback(self.warehouse, [NAME], Batch(batch_id, "", "shop"))
        run = f"run_{self.number}"
        roll_back(self.warehouse, plan, Batch(run, run, "shop"))
        self.columns = self.columns if len(columns) == len(self.columns) else columns


@drawn(8, many=300)
@given(steps=STEPS, partitioned=st.booleans())
def test_a_table_is_what_its_batches_make_of_it(steps, partitioned):
    with TemporaryDirectory() as root:
        history = History(Warehouse(Path(root)), partitioned)
        for step in steps:
            history.step(step)
        if history.number:
            files = Path(root, "Tables/shop/order").rglob("*.parquet")
            assert not [file.name for file in files if file.name.startswith(("_", "."))]
