"""The ten ways in which other tools were seen to pass in silence; here each of them fails aloud.

The numbers are those under which the project keeps them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLES = """\
contract: shop
version: 1.0.0
owner: Tests
tables:
  shop.a:
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      n: {type: long, min: 0, unique: true}
      t: {type: string, enum: [a, b]}
    rules:
      - {id: sums, column: n, sum: {min: 0}}
      - {id: fine, sql: "select * from {table} where id < 0"}
"""


def write(root: Path, text: str = TABLES) -> str:
    """Write a contract file; return its name."""
    file = root / "shop.contract.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def check(command: Callable[..., Any], root: Path, text: str = TABLES) -> tuple[int, Any]:
    """Check a contract; return the exit code and the result."""
    ended = command("check", write(root, text), "--warehouse", root / "warehouse", "--json")
    return ended.code, json.loads(ended.out)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder whose warehouse keeps the contract above."""
    columns = {"id": "long", "n": "long", "t": "string"}
    store(tmp_path / "warehouse", "shop.a", columns, [(1, 1, "a"), (2, 2, "b")])
    return tmp_path


def test_0_the_table_itself_passes(shop: Path, command: Callable[..., Any]) -> None:
    code, result = check(command, shop)
    assert (code, result["verdict"], result["errored"]) == (0, "passed", 0)


def test_1_a_rule_that_the_engine_cannot_run_is_errored(
    shop: Path, command: Callable[..., Any]
) -> None:
    bad = TABLES.replace("where id < 0", "where cast(t as bigint) < 0")
    code, result = check(command, shop, bad)
    assert (code, result["verdict"], result["errored"]) == (3, "errored", 1)
    own = TABLES.replace('sql: "select * from {table} where id < 0"',
                         "expect: ExpectColumnValuesToMatchJsonSchema, column: t, "
                         "with: {json_schema: {type: 7}}")  # fmt: skip
    code, result = check(command, shop, own)
    assert (code, result["verdict"], result["errored"]) == (3, "errored", 1)


def test_2_an_extra_column_fails(tmp_path: Path) -> None:
    contract = contract_of("shop.a: {columns: {n: long}}")
    store(tmp_path, "shop.a", {"n": "long", "more": "long"}, [(1, 1)])
    assert validate(contract, tmp_path).result.verdict == "failed"


def test_3_an_unknown_key_is_refused(shop: Path, command: Callable[..., Any]) -> None:
    ended = command("check", write(shop, TABLES.replace("required:", "requierd:")))
    assert ended.code == 2
    assert ":8:24: unknown key 'requierd' in column 'id' — did you mean 'required'?" in ended.err


def test_4_a_table_that_is_not_where_it_should_be_is_errored_whole(
    shop: Path, command: Callable[..., Any]
) -> None:
    ended = command("check", write(shop), "--warehouse", shop / "elsewhere", "--json")
    result = json.loads(ended.out)
    assert (ended.code, result["verdict"]) == (3, "errored")
    [table] = result["tables"]
    assert {rule["status"] for rule in table["rules"]} == {"errored"}


def test_5_a_missing_column_takes_only_the_rules_down_that_name_it(tmp_path: Path) -> None:
    contract = contract_of(TABLES[TABLES.index("  shop.a") :].replace("\n  ", "\n").lstrip())
    store(tmp_path, "shop.a", {"id": "long", "t": "string"}, [(1, "z")])
    found = outcomes(validate(contract, tmp_path))
    errored = {id_ for id_, rule in found.items() if rule.status == "errored"}
    assert errored == {f"shop.a.{key}" for key in ("n.type", "n.min", "n.unique", "sums")}
    assert found["shop.a.columns"].status == found["shop.a.t.enum"].status == "failed"


def test_6_a_file_that_is_not_there_and_a_typo_are_told_kindly(
    shop: Path, command: Callable[..., Any]
) -> None:
    ended = command("check", shop / "nowhere.contract.yaml")
    assert ended.code == 2
    assert "nowhere.contract.yaml" in ended.err
    assert "Traceback" not in ended.err
    ended = command("check", write(shop, TABLES.replace("type: long", "type: lnog", 1)))
    assert ended.code == 2
    assert "shop.contract.yaml:8:18: 'lnog' is not a type" in ended.err


@pytest.mark.parametrize(
    "written", ["pattern: '('", "min_length: 1, pattern: '[z-a]'"], ids=["group", "range"]
)
def test_7_a_pattern_that_is_none_is_found_by_lint(
    shop: Path, command: Callable[..., Any], written: str
) -> None:
    ended = command("lint", write(shop, TABLES.replace("enum: [a, b]", written)))
    assert ended.code == 2
    assert "is not a regular expression" in ended.out + ended.err
    own = "expect: ExpectColumnValuesToMatchRegex, column: t, with: {regex: '('}"
    with_own = TABLES.replace('sql: "select * from {table} where id < 0"', own)
    ended = command("lint", write(shop, with_own))
    assert ended.code == 2
    assert "is not a regular expression" in ended.out + ended.err


@pytest.mark.parametrize("severity", ["info", "warning"])
def test_8_what_is_not_critical_fails_and_does_not_gate(
    shop: Path, command: Callable[..., Any], severity: str
) -> None:
    mild = TABLES.replace("min: 0,", f"min: {{value: 2, severity: {severity}}},")
    code, result = check(command, shop, mild)
    assert (code, result["verdict"], result["failed"]) == (0, "passed", 1)
    [failed] = [rule for rule in result["tables"][0]["rules"] if rule["status"] == "failed"]
    assert (failed["id"], failed["severity"]) == ("shop.a.n.min", severity)


def test_9_a_source_that_refuses_is_no_success(
    empty_project: Path, command: Callable[..., Any]
) -> None:
    ended = command(
        "run", "source", "--project", empty_project, "--sandbox", "--fault", "bad-token", "--json"
    )
    assert ended.code == 3
    assert json.loads(ended.out)["status"] != "Success"


def test_10_no_check_is_skipped(shop: Path, command: Callable[..., Any]) -> None:
    broken = TABLES.replace("columns:\n", "columns:\n      gone: {type: long, min: 0}\n", 1)
    broken = broken.replace("where id < 0", "where cast(t as bigint) < 0")
    code, result = check(command, shop, broken)
    listed = [*result["rules"], *(rule for table in result["tables"] for rule in table["rules"])]
    assert code == 3
    assert result["declared"] == len(listed) == len({rule["id"] for rule in listed})
    assert result["declared"] == result["passed"] + result["failed"] + result["errored"]
    declared = contract_of(broken[broken.index("  shop.a") :].replace("\n  ", "\n").lstrip())
    assert {rule["id"] for rule in listed} == {rule.id for rule in declared.rules()}
