"""Whatever a table holds, each row is found to break exactly the rules that it breaks."""

from __future__ import annotations

import math
import re
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.validation.metrics.failing_rows import find_failing_rows
from spectra_gx.validation.metrics.metric_batch import MetricBatch
from tests.contract.checking import CLOCK, contract_of, outcomes, pin, store, validate
from tests.drawing import drawn

CONTRACT = contract_of(
    """
    shop.orders:
      primary_key: [id]
      columns:
        id: {type: long, required: true}
        code: {type: string, enum: [a, b], unique: true, pattern: "^(?!c)"}
        size: {type: double, min: 0, finite: true}
        seen: {type: timestamp, max_age: 24h}
        parent: long
        tags:
          type: array
          items: {type: string, required: true, enum: [x, y], unique: true, pattern: "(?=x|y)."}
        home:
          type: struct
          fields: {zip: {type: string, required: true, length: 2}}
      rules:
        - {id: pair, unique: [code, parent]}
        - {id: known, references: {columns: [parent], table: shop.parents, to: [id]}}
        - {id: small, compare: id <= size, where: "code = 'a'"}
        - {id: tagged, column: code, const: a, where: "parent = 1"}
        - {id: rising, sorted: {by: parent, order: ascending}, column: id}
        - {id: few, column: size, max: 3, mostly: 0.5}
    shop.parents: {columns: {id: long}}
    """
)
TABLE = CONTRACT.tables[0]
DAY = timedelta(hours=24)
TYPES = {
    "id": "long",
    "code": "string",
    "size": "double",
    "seen": "timestamp",
    "parent": "long",
    "tags": "array<string>",
    "home": "struct<zip:string>",
}
ROWS = st.tuples(
    st.none() | st.integers(0, 4),
    st.none() | st.sampled_from(["a", "b", "c", ""]),
    st.none() | st.sampled_from([-1.0, 0.0, 2.5, 9.0, math.nan, math.inf]),
    st.none() | st.sampled_from([CLOCK.as_of, CLOCK.as_of - DAY, CLOCK.as_of - 2 * DAY]),
    st.none() | st.integers(0, 2),
    st.none() | st.lists(st.none() | st.sampled_from(["x", "y", "z"]), max_size=3),
    st.none() | st.fixed_dictionaries({"zip": st.none() | st.sampled_from(["12", "123"])}),
)


def broken(rows: list[tuple[Any, ...]]) -> list[set[str]]:
    """Return the rules that each row breaks, as a person would check them by hand."""
    ids = Counter(row[0] for row in rows)
    codes = Counter(row[1] for row in rows)
    pairs = Counter((row[1], row[4]) for row in rows)
    found = []
    for id_, code, size, seen, parent, tags, home in rows:
        given_tags = [tag for tag in tags or () if tag is not None]
        zip_ = None if home is None else home["zip"]
        breaks = {
            "primary_key": id_ is None or ids[id_] > 1,
            "id.required": id_ is None,
            "code.enum": code is not None and code not in ("a", "b"),
            "code.unique": code is not None and codes[code] > 1,
            "code.pattern": code is not None and not re.search("^(?!c)", code),
            "size.min": size is not None and not size >= 0,
            "size.finite": size is not None and not math.isfinite(size),
            "seen.max_age": seen is not None and seen < CLOCK.as_of - DAY,
            "tags.items.required": tags is not None and None in tags,
            "tags.items.enum": not set(given_tags) <= {"x", "y"},
            "tags.items.unique": len(set(given_tags)) < len(given_tags),
            "tags.items.pattern": "z" in given_tags,
            "home.zip.required": home is not None and zip_ is None,
            "home.zip.length": zip_ is not None and len(zip_) != 2,
            "pair": None not in (code, parent) and pairs[code, parent] > 1,
            "known": parent is not None and parent not in (1, 2),
            "small": code == "a" and None not in (id_, size) and not id_ <= size,
            "tagged": parent == 1 and code is not None and code != "a",
            "few": size is not None and not size <= 3,
        }
        found.append({rule for rule, breaks_it in breaks.items() if breaks_it})
    return found


@drawn(6)
@given(st.lists(ROWS, max_size=9), st.integers(1, 3))
def test_each_row_breaks_the_rules_that_it_breaks(rows: list[tuple[Any, ...]], files: int):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        store(root, "shop.orders", TYPES, rows, files=files)
        store(root, "shop.parents", {"id": "long"}, [(1,), (2,), (2,), (None,)])
        snapshot = pin(CONTRACT, root)
        batch = MetricBatch(DATAFUSION.open(snapshot), "shop.orders")
        offenders = find_failing_rows(TABLE.rules, batch, CLOCK.as_of)
        stored = [row for part in batch.stream("SELECT * FROM t") for row in part.to_pylist()]
        as_written = [tuple(row[name] for name in TYPES) for row in stored]
        expected = broken(as_written)
        for rule in TABLE.rules:
            name = rule.id.removeprefix("shop.orders.")
            if rule.kind in ("columns", "type", "sorted"):
                continue
            told = [name in one for one in expected]
            assert (name, offenders[rule.id].tolist()) == (name, told)


@drawn(5)
@given(st.lists(ROWS, max_size=9))
def test_as_many_rows_break_a_rule_as_the_verdict_counts(rows: list[tuple[Any, ...]]):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        store(root, "shop.orders", TYPES, rows, files=2)
        store(root, "shop.parents", {"id": "long"}, [(1,), (2,)])
        found = outcomes(validate(CONTRACT, root))
        snapshot = pin(CONTRACT, root)
        batch = MetricBatch(DATAFUSION.open(snapshot), "shop.orders")
        offenders = find_failing_rows(TABLE.rules, batch, CLOCK.as_of)
        assert {rule: int(rows.sum()) for rule, rows in offenders.items()} == {
            rule: found[rule].unexpected for rule in offenders
        }
