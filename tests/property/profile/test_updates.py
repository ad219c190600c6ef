"""`init --update` adds what is new, changes no byte that is there, and is done after once."""

from __future__ import annotations

import shutil

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.profile.profiler import profile
from spectra_gx.profile.update.updating import update_contract
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn

NEW = {
    "flag": [True, False],
    "a b": ["x", "y"],
    "no": [1, -2],
    "nested": [{"email": "a@example.com"}, None],
    "list": [["x"], []],
    "price": [0.5, float("nan")],
}
SEEN = ["A", "B"]


@st.composite
def histories(draw):
    """Draw a table, what a person does to its contract, and what the table is later."""
    rows = draw(st.sampled_from([12, 100, 300]))
    kind = draw(st.lists(st.sampled_from(SEEN), min_size=2, max_size=2, unique=True))
    first = {"id": list(range(rows)), "kind": [kind[row % 2] for row in range(rows)]}
    added = draw(st.lists(st.sampled_from(sorted(NEW)), unique=True))
    later = {name: [NEW[name][row % 2] for row in range(rows)] for name in added}
    values = draw(st.sampled_from([[], ["C"], ["# odd: 'x'", "C", '"']]))
    kinds = [*first["kind"][len(values) :], *values]
    table = draw(st.booleans())
    edits = draw(
        st.lists(
            st.sampled_from(["comment", "quotes", "crlf", "mark", "no end", "blank", "tail"]),
            unique=True,
        )
    )
    return pa.table(first), pa.table({**first, "kind": kinds, **later}), table, edits


def edited(text, edits):
    """Return the bytes of a contract that a person has made their own."""
    if "comment" in edits:
        text = text.replace("      id:", "      # the number\n      id:")
    if "quotes" in edits:
        text = text.replace("owner: TODO", "owner:   'Data  Platform'   # us")
    if "blank" in edits:
        text = text.replace("    columns:\n", "    columns:\n\n\n")
    if "tail" in edits:
        text += "    # nothing else yet\n\nguarantees: []\n\n\n"
    if "no end" in edits:
        text = text.rstrip("\n")
    if "crlf" in edits:
        text = text.replace("\n", "\r\n")
    return text.encode("utf-8-sig" if "mark" in edits else "utf-8")


def is_subsequence(old, new):
    rest = iter(new)
    return all(line in rest for line in old)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn")


@drawn(12)
@given(history=histories())
def test_nothing_that_is_written_is_changed(root, history):
    first, later, with_table, edits = history
    shutil.rmtree(root / "Tables", ignore_errors=True)
    write_deltalake(root / "Tables" / "s" / "t", first)
    warehouse = Warehouse(root)
    source = edited(profile(["s.t"], warehouse), edits)
    before = parse_contract(source, "x")
    write_deltalake(root / "Tables" / "s" / "t", later, mode="overwrite", schema_mode="overwrite")
    if with_table:
        write_deltalake(root / "Tables" / "s" / "more", first)

    updated = update_contract(source, "x", before, [], warehouse)

    assert updated.by_hand == ()
    assert is_subsequence(source.splitlines(), updated.source.splitlines())
    after = parse_contract(updated.source, "x")
    kept = after.table("s.t").columns[: len(before.table("s.t").columns)]
    assert kept == before.table("s.t").columns
    new = [column.name for column in after.table("s.t").columns[len(kept) :]]
    assert new == [name for name in later.column_names if name not in first.column_names]
    assert after.table_names == (("s.t", "s.more") if with_table else ("s.t",))
    enum = any(rule.kind == "enum" for rule in before.table("s.t").rules)
    odd = [v for v in dict.fromkeys(later["kind"].to_pylist()) if v not in SEEN]
    comment = [line for line in updated.source.decode().splitlines() if "also in the data" in line]
    assert len(comment) == (1 if enum and odd else 0)

    again = update_contract(updated.source, "x", after, [], warehouse)
    assert (again.source, again.added, again.by_hand) == (updated.source, (), ())


@pytest.mark.parametrize(
    ("tables", "made", "by_hand"),
    [
        ("s.t: {columns: {id: long, kind: string}}",
         "s.t: {columns: {id: long, kind: string, flag: {type: boolean, required: true}}}", 0),
        ("s.t: {columns: &c {id: long, kind: string}}\n  s.u: {columns: *c}", None, 2),
        ("s.t: {columns: {id: long, kind: string}}\n  s.u: {like: s.t}", None, 2),
    ],
)  # fmt: skip
def test_what_is_written_for_several_tables_is_left_to_a_person(root, tables, made, by_hand):
    shutil.rmtree(root / "Tables", ignore_errors=True)
    rows = pa.table({"id": list(range(20)), "kind": ["A"] * 20, "flag": [True] * 20})
    names = ["t", "u"] if "s.u" in tables else ["t"]
    for name in names:
        write_deltalake(root / "Tables" / "s" / name, rows)
    start = "contract: s\nversion: 1.0.0\nowner: Us\ntables:\n  "
    source = f"{start}{tables}\n".encode()
    updated = update_contract(source, "x", parse_contract(source, "x"), [], Warehouse(root))
    assert updated.source.decode() == f"{start}{made or tables}\n"
    assert len(updated.by_hand) == by_hand


RULES = {
    "none": "",
    "list": (
        "    rules:\n      # ours\n      - id: ts-id-in-ts\n        compare: id >= n  # why\n"
        "      # end\n"
    ),
    "at the key": "    rules:\n    - {id: a, compare: id >= n}\n",
    "in brackets": "    rules: [{id: a, compare: id >= n}, ]\n",
    "empty": "    rules: []\n",
}
LISTED = """\
contract: s
version: 1.0.0
owner: Us
tables:
  s.ts: {primary_key: [id], columns: {id: long}}
  s.t:
    columns:
      id: long
      n: long
"""


@st.composite
def referring(draw):
    """Draw how rules are written, what a person does to the file, and rows without a parent."""
    rules = draw(st.sampled_from(sorted(RULES)))
    edits = draw(st.lists(st.sampled_from(["crlf", "mark", "no end", "tail"]), unique=True))
    return rules, edits, draw(st.sampled_from([0, 0, 1, 2, 50])), draw(st.booleans())


@drawn(10, many=60)
@given(drawn_case=referring())
def test_references_of_new_columns_are_proven_and_added(root, drawn_case):
    rules, edits, lost, nulls = drawn_case
    shutil.rmtree(root / "Tables", ignore_errors=True)
    numbers = list(range(200))
    keys = [10**9] * lost + [number // 2 for number in numbers[lost:]]
    keys[-3:] = [None] * 3 if nulls else keys[-3:]
    write_deltalake(root / "Tables" / "s" / "ts", pa.table({"id": numbers}))
    table = pa.table({"id": numbers, "n": [0] * 200, "ts_id": keys, "parent_id": numbers})
    write_deltalake(root / "Tables" / "s" / "t", table)
    source = edited(LISTED + RULES[rules], edits)
    before = parse_contract(source, "x")

    updated = update_contract(source, "x", before, [], Warehouse(root))

    after = parse_contract(updated.source, "x")
    written = [rule for rule in after.table("s.t").rules if rule.kind == "references"]
    assert [(rule.columns, dict(rule.argument)) for rule in written] == (
        [(("ts_id",), {"table": "s.ts", "to": ("id",)})] if lost == 0 else []
    )
    assert updated.by_hand == ()
    own = [line for line in source.splitlines() if b"rules: [" not in line]
    assert is_subsequence(own, updated.source.splitlines())
    kept = [rule for rule in after.table("s.t").table_rules if rule.kind == "compare"]
    assert kept == [rule for rule in before.table("s.t").table_rules if rule.kind == "compare"]
    nearly = f"in s.ts but for {lost} row{'s'[: lost != 1]}"
    assert (nearly in updated.source.decode()) is (0 < lost <= (len(keys) - keys.count(None)) / 100)
    again = update_contract(updated.source, "x", after, [], Warehouse(root))
    assert (again.source, again.added, again.by_hand) == (updated.source, (), ())
