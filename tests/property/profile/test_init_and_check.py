"""Whatever a table holds, the contract that `init` writes from it is one that it passes."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.formatting import format_contract
from spectra_gx.project import Project
from tests.drawing import drawn

INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
PART = pa.struct([("kind", pa.string()), ("order", pa.int32()), ("at", pa.timestamp("us", "UTC"))])
PARTS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["a", "b"]), "order": st.none() | st.integers(-1, 9), "at": st.none()}
)
KINDS = [
    (pa.string(), TEXTS),
    (pa.string(), st.sampled_from(["A", "B", "no", "1", "ü", "{}"])),
    (pa.string(), st.sampled_from(["a@example.com", "1.2.3", "2026-11-21", "[1]", ""])),
    (pa.bool_(), st.booleans()),
    (pa.int8(), st.integers(-128, 127)),
    (pa.int32(), st.integers(0, 5)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.float32(), st.floats(width=32)),
    (pa.float64(), st.floats()),
    (pa.float64(), st.floats(0, 1)),
    (pa.decimal128(38, 10), st.decimals(-(10**20), 10**20, places=10)),
    (pa.decimal128(5, 2), st.decimals(0, 100, places=2)),
    (pa.date32(), st.dates(date(1, 1, 1), date(9999, 12, 31))),
    (pa.timestamp("us", "UTC"), INSTANTS.map(lambda instant: instant.replace(tzinfo=UTC))),
    (pa.timestamp("us"), INSTANTS),
    (pa.binary(), st.binary(max_size=5)),
    (pa.list_(pa.float64()), st.lists(st.floats(), max_size=2)),
    (pa.map_(pa.string(), pa.int64()), st.just([("a", 1)])),
    (pa.struct([("email", pa.string()), ("b:c", pa.date32())]), st.just({"email": "a"})),
    (PART, PARTS),
    (pa.list_(pa.string()), st.lists(st.sampled_from(["A", "B", None]), max_size=3)),
    (pa.list_(PART), st.none() | st.lists(st.none() | PARTS, max_size=2)),
    (pa.struct([("x.y", PART), ("ids", pa.list_(pa.int8()))]),
     st.fixed_dictionaries({"x.y": st.none() | PARTS, "ids": st.lists(st.integers(0, 9))})),
    (pa.string(), st.sampled_from(["+43 660 1234567", "AT611904300234573201", "", "a"])),
]  # fmt: skip
NAMES = st.sampled_from(
    ["id", "key", "email", "api_token", "hour", "share", "lat", "no", "null", "1", "a.b", "x-y"]
) | st.text(st.characters(categories=["L", "N"], codec="utf-8"), min_size=1, max_size=6)


@st.composite
def tables(draw):
    """Draw a table of few columns whose values repeat, so that they look like something."""
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=lambda name: name.casefold()))
    kinds = [draw(st.sampled_from(KINDS)) for _ in names]
    few = [draw(st.lists(values, min_size=1, max_size=12)) for _, values in kinds]
    rows = draw(st.sampled_from([0, 1, 9, 12, 120, 1100]))
    nulls = [draw(st.sampled_from([0, 0, 1, 2, 7])) for _ in names]
    arrays = [
        pa.array(
            [
                None if null == 1 or (null and row % null == 0) else values[row % len(values)]
                for row in range(rows)
            ],
            kind,
        )
        for (kind, _), values, null in zip(kinds, few, nulls, strict=True)
    ]
    return pa.Table.from_arrays(arrays, names)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn")


@drawn(12)
@given(table=tables())
def test_a_table_passes_the_contract_that_is_written_from_it(root, table):
    folder = root / "warehouse" / "Tables" / "demo" / "drawn"
    shutil.rmtree(folder, ignore_errors=True)
    write_deltalake(folder, table)
    project = Project(root, str(root / "warehouse"))
    text = project.init(["demo.drawn"])
    file = root / "demo.contract.yaml"
    file.write_text(text, encoding="utf-8")
    assert format_contract(text.encode(), "x") == text
    result = project.check(str(file))
    failed = [rule for seen in result.tables for rule in seen.rules if rule.status != "passed"]
    assert (str(result.verdict), failed) == ("passed", []), text
