"""No value of a sensitive column is in anything that a run says, whatever its contract asks."""

from __future__ import annotations

import json
import time
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder, write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.sql.exact import exact_condition, exact_query
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from tests.drawing import MANY, drawn
from tests.fakes.discord import DiscordServer
from tests.property.contract.drawn_statements import READABLE, Statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MARK = "zqxj"
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "shop.a": [
        (1, "n1", f"{MARK}-ann", f"{MARK}-7"),
        (2, "n2", f"{MARK}-bob", None),
        (3, "n3", None, f"{MARK}-8"),
        (4, None, f"{MARK}-bob", "Zqxj-9"),
    ],
    "shop.b": [(1, "Bern", f"{MARK}-ann"), (2, "Graz", f"{MARK}-cid"), (5, "Linz", None)],
    "shop.p": [(97, "a"), (122, "z"), (3, "b")],
}
ASKED = (
    *("max: 0", "unique: true", "mean: {max: 0}", "sum: {max: 0}", "enum: [0]", "not_in: [1]"),
    *("distinct: {max: 0}", "null_share: {max: 0}", "required: true", "quantile: {q: 0.5, max: 0}"),
)
ONE_COLUMN = ("enum: [x]", "pattern: ^q", "unique: true", "min_length: 99")
STATEMENTS = 40 if MANY else 25
SECONDS = 240.0


def contract(rules: list[str]) -> str:
    """Return a contract, its rules about `shop.a` as given."""
    lines = ["contract: shop", "version: 1.0.0", "owner: Tests", "tables:"]
    for table, columns in READABLE.items():
        lines += [f"  {table}:", "    columns:"]
        for column, sensitive in columns.items():
            kind = "long" if column in ("id", "k") else "string"
            hidden = ", classification: pii" if sensitive else ""
            lines.append(f"      {column}: {{type: {kind}{hidden}}}")
        if table == "shop.a" and rules:
            lines += [
                "    rules:",
                *(f"      - {{id: r{n}, {rule}}}" for n, rule in enumerate(rules)),
            ]
    return "\n".join(lines) + "\n"


TYPES = {
    table: {column: "long" if column in ("id", "k") else "string" for column in columns}
    for table, columns in READABLE.items()
}


def is_valid_query(text: str) -> bool:
    try:
        exact_query(guard_query(text, table="shop.a", tables=READABLE), TYPES)
    except SqlRefused:
        return False
    return True


def is_valid_condition(text: str) -> bool:
    try:
        guard_condition(text, table="shop.a", columns=READABLE["shop.a"])
        exact_condition(text, TYPES["shop.a"])
    except SqlRefused:
        return False
    return True


def drawn_rules(random: Random) -> list[str]:
    """Return rules that lint lets through."""
    rules: list[str] = []
    while len(rules) < STATEMENTS:
        statements = Statements(random)
        if random.random() < 0.7:
            text, rule, is_valid = statements.query(), "sql", is_valid_query
        else:
            text, is_valid = statements.condition(), is_valid_condition
            rule = f"column: id, {random.choice(ASKED)}, where"
        if is_valid(text):
            rules.append(f"{rule}: {json.dumps(text)}")
    one, other = random.sample(["note", "email", "pin"], 2)
    parent = random.choice(["email", "city"])
    pair = f"column_A: {one}, column_B: {other}"
    return [
        *rules,
        f"compare: {one} {random.choice(['<', '=', '>=', '<>'])} {other}",
        f"column: {one}, {random.choice(ONE_COLUMN)}",
        f"references: {{columns: [{one}], table: shop.b, to: [{parent}]}}",
        f"unique: [{one}, {other}]",
        f"expect: ExpectColumnPairValuesToBeEqual, with: {{{pair}}}",
        f"expect: ExpectColumnDistinctValuesToBeInSet, column: {one}, with: {{value_set: [x]}}",
        f"expect: ExpectColumnMostCommonValueToBeInSet, column: {one}, with: {{value_set: [x]}}",
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[DiscordServer]:
    with DiscordServer() as discord:
        yield discord


def said_in(folder: Path, tables: Path) -> Iterator[str]:
    """Yield all that a run has written but for the tables themselves, logs as rows."""
    for log in folder.rglob("_delta_log"):
        if not log.is_relative_to(tables):
            query = QueryBuilder().register("log", DeltaTable(log.parent))
            yield str(pa.table(query.execute("SELECT * FROM log").read_all()).to_pylist())
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".parquet" and not path.is_relative_to(tables):
            yield path.read_text(encoding="utf-8", errors="replace")


@drawn(1, many=25)
@given(st.integers(0, 2**63).map(Random))
def test_no_output_contains_a_sensitive_value(
    tmp_path_factory: pytest.TempPathFactory,
    command: Callable[..., Any],
    server: DiscordServer,
    random: Random,
) -> None:
    root = tmp_path_factory.mktemp("shop")
    tables = root / "warehouse" / "Tables" / "shop"
    for table, rows in ROWS.items():
        columns = dict(zip(READABLE[table], map(list, zip(*rows, strict=True)), strict=True))
        write_deltalake(tables / table.split(".")[1], pa.table(columns))
    (root / "contracts").mkdir()
    path, before = root / "contracts" / "shop.contract.yaml", root / "before.yaml"
    path.write_text(contract(drawn_rules(random)), encoding="utf-8")
    before.write_text(contract([]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCORD_WEBHOOK_URL", server.webhook_url)
        began = time.monotonic()
        ended = [
            command("run", "shop", "--project", root),
            command("check", path, "--json", "--project", root),
            command("diff", before, path, "--replay", "2", "--project", root),
        ]
    took = time.monotonic() - began
    assert {one.code for one in ended} <= {1, 3}, [one.err for one in ended]
    said = "\n".join(
        [
            *(one.out + one.err for one in ended),
            *(json.dumps(request.payload) for request in server.requests),
            *said_in(root / "warehouse", tables),
        ]
    ).lower()
    assert "‹redacted›" in said
    assert server.requests
    assert MARK not in said
    assert MARK[::-1] not in said
    assert took < SECONDS, path.read_text(encoding="utf-8")
