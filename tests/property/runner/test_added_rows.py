"""What runs find on added rows alone is what a check of the published table finds on all of it."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
from deltalake import write_deltalake
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.errors import SpectraError
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.rollback_run import roll_back_batch
from spectra_gx.validation.results import Scope
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from tests.contract.checking import contract_of, validate_here
from tests.drawing import drawn
from tests.fakes.builders import Shop
from tests.fakes.folders import folder_of
from tests.fakes.runs import IDENTITY

ORDERS = "shop.orders"
WAYS = (
    PublishOptions(PublishMode.APPEND),
    PublishOptions(PublishMode.MERGE),
    PublishOptions(PublishMode.MERGE, order_by="at", delete_where="p = 'y' AND at < 2"),
    PublishOptions(PublishMode.REPLACE_WHERE, replace_where="p = 'x'"),
    PublishOptions(PublishMode.REPLACE_WHERE, replace_where="at > 2"),
    PublishOptions(),
)


def contract_with(least: int, where: str, mostly: float, *, partitioned: bool, aside: bool):
    """Return a contract whose row rules may mean something else the next time."""
    return contract_of(f"""
        shop.orders:
          quarantine: {str(aside).lower()}
          primary_key: [id]
          {"partitioned_by: [p]" if partitioned else ""}
          columns:
            id: {{type: long, required: true}}
            at: {{type: long, min: {least}, required: {{value: true, severity: warning}}}}
            s: {{type: string, pattern: "^[a-c]*$", max_length: 3}}
            p: {{type: string, required: true, enum: [x, y]}}
          rules:
            - {{id: pair, compare: at <= id, severity: warning}}
            - {{id: some, column: at, max: 7, where: "{where}"}}
            - {{id: most, column: at, above: 2, mostly: {mostly}}}
            - {{id: query, sql: "SELECT s FROM {{table}} GROUP BY s HAVING count(*) > 4"}}
    """)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(8, 14),
            "at": st.sampled_from([3, 4, 5, 5, 1, 9, None]),
            "s": st.sampled_from(["a", "ab", "abc", "b", "c", "abcd", None]),
            "p": st.sampled_from(["x", "x", "y", "y", "w %2F", "", None]),
        }
    ),
    max_size=5,
)
GOOD = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(8, 30),
            "at": st.integers(3, 6),
            "s": st.sampled_from(["a", "b", "c", "ab"]),
            "p": st.sampled_from(["x", "y"]),
        }
    ),
    max_size=5,
    unique_by=lambda row: row["id"],
)
HAPPENINGS = ("append", "delete", "compact", "rollback")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.sampled_from(WAYS), GOOD, st.booleans()),
        st.tuples(st.just("run"), st.sampled_from(WAYS), ROWS | GOOD, st.booleans()),
        st.tuples(st.sampled_from(HAPPENINGS), st.none(), ROWS | GOOD, st.booleans()),
        st.tuples(st.just("contract"), st.integers(2, 3), st.sampled_from([0.5, 1.0]), st.none()),
    ),
    min_size=3,
    max_size=6,
)


FIRST = ("run", WAYS[0], [{"id": 20, "at": 4, "s": "a", "p": "x"}], True)


@drawn(2, many=60)
@given(STEPS, st.booleans(), st.booleans())
@example([("run", WAYS[0], [{"id": 8, "at": 3, "s": "a", "p": ""}], True)], True, False)
def test_batches_are_checked_as_the_published_table_is(steps, partitioned, aside):
    with tempfile.TemporaryDirectory() as root:
        layout = {"partitioned": partitioned, "aside": aside}
        shop = Shop(Path(root), contract_with(2, "s <> 'a'", 0.5, **layout))
        for what, how, rows, anyway in [FIRST, *steps]:
            if what == "contract":
                shop.contract = contract_with(how, "s <> 'b'", rows, **layout)
            elif what == "run":
                publish(shop, how, rows, anyway=anyway)
            else:
                happens(shop, what, rows)


def publish(shop, options, rows, *, anyway) -> None:
    """Publish a batch, and compare what the run found with what a check of all rows finds."""
    shop.options = {ORDERS: options}
    ended = shop.run({ORDERS: rows}, publish_anyway=anyway)
    if ORDERS not in ended.published:
        return
    whole = validate_here(shop.contract, folder_of(shop.warehouse)).result
    [of_batch], [of_table] = ended.stage.tables, whole.tables
    assert of_batch.delta_version == of_table.delta_version
    assert (of_batch.verdict, of_batch.rows) == (of_table.verdict, of_table.rows)
    for found, expected in zip(of_batch.rules, of_table.rules, strict=True):
        assert (found.id, found.status, found.severity) == (
            expected.id, expected.status, expected.severity,
        )  # fmt: skip
        assert (found.unexpected or 0) == (expected.unexpected or 0)
        assert found.scope is Scope.ADDED or found.evaluated == expected.evaluated


def happens(shop, what, rows) -> None:
    """Let something other than a run write the table.

    What an empty text means in a partition that others wrote is not the same to all who read it.
    """
    table = shop.warehouse.open(ORDERS)
    if what == "append":
        rows = [{**row, "p": row["p"] or None} for row in rows]
        schema = shop.warehouse.read(table).schema
        write_deltalake(table, pa.Table.from_pylist(rows, schema), mode="append")
    elif what == "delete":
        table.delete("s = 'a'")
    elif what == "compact":
        table.optimize.compact()
    else:
        newest = RunParameters(rollback=shop.log.runs("run")[-1]["batch_id"])
        with suppress(SpectraError):  # it published nothing, or others have written since
            roll_back_batch(shop.contract, newest, IDENTITY, shop.warehouse, shop.log)
