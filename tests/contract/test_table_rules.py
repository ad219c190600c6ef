"""Rules about a table as a whole: keys, rows, columns, types; and what is asked of a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.compiler.rule_compilation import compiled_kinds
from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.rules.kinds import Position
from spectra_gx.contract.sql.quoting import spell_name
from tests.contract.checking import contract_of, outcomes, store, validate, validate_here
from tests.contract.order_cases import CASES

if TYPE_CHECKING:
    from pathlib import Path

HELD_HERE = {"columns", "type", "rows", "primary_key", "undeclared_tables"}
HELD_ELSEWHERE = {
    *("mean", "median", "sum", "stdev", "distinct", "null_share", "quantile", "freshness"),
    *("column_order", "partitioned_by", "expect", "sql_value", "same_set_as"),
}
"""In `test_kinds_of_tables`, `test_expectations_of_gx` and `test_sets_and_values`."""


def test_every_kind_has_a_compiler_and_a_passing_and_a_failing_table() -> None:
    kinds = {kind.key for kind in CATALOGUE}
    of_tables = {kind.key for kind in CATALOGUE if Position.EVERY_STAGE not in kind.positions}
    assert compiled_kinds() == of_tables
    assert {case.kind for case in CASES} | HELD_HERE | HELD_ELSEWHERE == kinds


KEYED = """
shop.a:
  primary_key: [x, y]
  columns:
    x: {type: string, required: true}
    y: {type: long, required: true}
"""


def test_primary_key_counts_nulls_and_twins_as_one_rule(tmp_path: Path) -> None:
    rows = [("a", 1), ("a", 1), ("a", 2), (None, 1), (None, 1), ("b", None)]
    store(tmp_path, "shop.a", {"x": "string", "y": "long"}, rows, files=2)
    found = outcomes(validate(contract_of(KEYED), tmp_path))["shop.a.primary_key"]
    assert (found.status, found.evaluated, found.unexpected) == ("failed", 6, 5)
    assert found.sample == found.keys
    assert found.sample == (
        {"x": "a", "y": 1},
        {"x": "a", "y": 1},
        {"x": "b", "y": None},
        {"x": None, "y": 1},
        {"x": None, "y": 1},
    )
    assert found.message == "5 of 6 rows: `x`, `y` are null or not unique"


def test_primary_key_passes_where_only_one_column_repeats(tmp_path: Path) -> None:
    store(tmp_path, "shop.a", {"x": "string", "y": "long"}, [("a", 1), ("a", 2), ("b", 1)], files=2)
    found = outcomes(validate(contract_of(KEYED), tmp_path))["shop.a.primary_key"]
    assert (found.status, found.evaluated, found.unexpected) == ("passed", 3, 0)


@pytest.mark.parametrize(
    ("rule", "rows", "message"),
    [
        ("min: 2", 2, ""),
        ("min: 2", 1, "1 row where the contract wants at least 2"),
        ("min: 0", 0, ""),
        ("max: 2", 2, ""),
        ("max: 2", 3, "3 rows where the contract wants at most 2"),
        ("max: 0", 1, "1 row where the contract wants at most 0"),
        ("equals: 0", 0, ""),
        ("equals: 3", 2, "2 rows where the contract wants exactly 3"),
        ("min: 1, max: 2", 3, "3 rows where the contract wants at least 1 and at most 2"),
        ("min: 1, max: 2", 0, "0 rows where the contract wants at least 1 and at most 2"),
    ],
)
def test_rows(tmp_path: Path, rule: str, rows: int, message: str) -> None:
    contract = contract_of(f"shop.a:\n  rows: {{{rule}}}\n  columns: {{x: string}}\n")
    store(tmp_path, "shop.a", {"x": "string"}, [(None,)] * rows)
    found = outcomes(validate(contract, tmp_path))["shop.a.rows"]
    assert (found.status, found.message) == ("failed" if message else "passed", message)
    assert (found.observed, found.unexpected, found.evaluated) == (rows, None, None)


@pytest.mark.parametrize(
    ("extra", "status", "severity", "verdict"),
    [
        ("fail", "failed", "critical", "failed"),
        ("warn", "failed", "warning", "passed"),
        ("allow", "passed", "critical", "passed"),
    ],
)
def test_a_column_that_the_contract_does_not_name(
    tmp_path: Path, extra: str, status: str, severity: str, verdict: str
) -> None:
    contract = contract_of(f"shop.a:\n  extra_columns: {extra}\n  columns: {{x: string}}\n")
    store(tmp_path, "shop.a", {"x": "string", "more": "long"}, [])
    outcome = validate(contract, tmp_path)
    found = outcomes(outcome)["shop.a.columns"]
    assert (found.status, found.severity) == (status, severity)
    assert found.observed == {"missing": [], "extra": ["more"]}
    assert found.message == ("" if extra == "allow" else "columns not in the contract: `more`")
    assert outcome.result.verdict == verdict


@pytest.mark.parametrize("extra", ["fail", "warn", "allow"])
def test_a_missing_column_is_critical_whatever_else_is_allowed(tmp_path: Path, extra: str) -> None:
    contract = contract_of(
        f"shop.a:\n  extra_columns: {extra}\n  columns: {{x: string, y: string}}\n"
    )
    store(tmp_path, "shop.a", {"x": "string", "Y": "string"}, [])
    found = outcomes(validate(contract, tmp_path))["shop.a.columns"]
    assert (found.status, found.severity) == ("failed", "critical")
    assert found.observed == {"missing": ["y"], "extra": ["Y"]}
    assert found.message == "columns missing: `y`; not in the contract: `Y`"


TYPES = [
    *("string", "boolean", "byte", "short", "integer", "long", "float", "double", "date"),
    *("timestamp", "timestamp_ntz", "binary", "decimal(12,2)", "array<string>"),
    *("map<string,long>", "array<map<string,array<decimal(5,1)>>>"),
]


def test_every_type_passes_as_itself_and_fails_as_any_other(tmp_path: Path) -> None:
    lines = []
    for index, type_ in enumerate(TYPES):
        other = TYPES[index - 1]
        lines += [f"shop.same{index}:", f'  columns: {{x: "{type_}"}}']
        lines += [f"shop.other{index}:", f'  columns: {{x: "{other}"}}']
        store(tmp_path, f"shop.same{index}", {"x": type_}, [(None,)])
        store(tmp_path, f"shop.other{index}", {"x": type_}, [(None,)])
    found = outcomes(validate_here(contract_of("\n".join(lines)), tmp_path))
    for index, type_ in enumerate(TYPES):
        same, other = (found[f"shop.{which}{index}.x.type"] for which in ("same", "other"))
        assert (same.status, same.observed, same.unexpected) == ("passed", type_, None)
        assert (other.status, other.observed) == ("failed", type_)
        declared = TYPES[index - 1]
        assert other.message == f"column `x` is stored as {type_}, declared as {declared}"


@pytest.mark.parametrize("stored", ["decimal(12,3)", "decimal(13,2)", "long"])
def test_a_decimal_is_its_precision_and_scale(tmp_path: Path, stored: str) -> None:
    store(tmp_path, "shop.a", {"x": stored}, [])
    found = outcomes(validate(contract_of('shop.a:\n  columns: {x: "decimal(12,2)"}\n'), tmp_path))
    assert found["shop.a.x.type"].status == "failed"


@pytest.mark.parametrize(("extra", "status"), [("shop", "failed"), ("other", "passed")])
def test_a_table_that_no_contract_names(tmp_path: Path, extra: str, status: str) -> None:
    contract = contract_of("shop.a:\n  columns: {x: string}\n")
    store(tmp_path, "shop.a", {"x": "string"}, [])
    store(tmp_path, f"{extra}.b", {"x": "string"}, [])
    outcome = validate(contract, tmp_path)
    found = outcomes(outcome)["shop.undeclared_tables"]
    assert (found.status, found.severity) == (status, "warning")
    assert found.observed == (["shop.b"] if status == "failed" else [])
    assert found.message == ("no contract names `shop.b`" if status == "failed" else "")
    assert outcome.result.verdict == "passed"


def test_an_empty_table_keeps_every_rule_about_rows(tmp_path: Path) -> None:
    contract = contract_of(
        "\n".join(case.yaml for case in CASES if "shop.parents" not in case.rule)
    )
    for case in CASES:
        store(tmp_path, case.table, case.columns, [])
    for found in outcomes(validate_here(contract, tmp_path)).values():
        if found.id == "shop.undeclared_tables":
            continue
        assert (found.status, found.message) == ("passed", "")
        assert found.unexpected in (0, None)


@pytest.mark.parametrize("rows", [3, 7, 10, 29])
def test_mostly_passes_at_exactly_its_share_and_fails_just_above_it(
    tmp_path: Path, rows: int
) -> None:
    shares = {f"kept{kept}": kept / rows for kept in range(1, rows + 1)}
    keys = "{type: long, max: {value: 0, mostly: %r}, min: {value: 0, mostly: %r}}"
    lines = ["shop.a:", "  columns:"]
    for kept, (name, share) in enumerate(shares.items(), start=1):
        above = min((kept + 0.001) / rows, 1.0)
        lines.append(f"    {name}: {keys % (share, above)}")
    table = [[0 if row < kept else 1 for kept in range(1, rows + 1)] for row in range(rows)]
    store(tmp_path, "shop.a", dict.fromkeys(shares, "long"), table)
    found = outcomes(validate(contract_of("\n".join(lines)), tmp_path))
    for kept, name in enumerate(shares, start=1):
        assert found[f"shop.a.{name}.max"].status == "passed"
        assert found[f"shop.a.{name}.max"].unexpected == rows - kept
        assert found[f"shop.a.{name}.min"].status == "passed"
    flipped = [[-cell for cell in row] for row in table]
    store(tmp_path / "flipped", "shop.a", dict.fromkeys(shares, "long"), flipped)
    found = outcomes(validate(contract_of("\n".join(lines)), tmp_path / "flipped"))
    for kept, name in enumerate(shares, start=1):
        assert found[f"shop.a.{name}.min"].status == ("failed" if kept < rows else "passed")


NAMES = ["select", "Group", 'a"b', "a.b", "t", "t1", "n", "k0", "count", "g", "p", "q", "Id", "é"]


def test_columns_may_be_named_as_they_like(tmp_path: Path) -> None:
    def quoted(name: str) -> str:
        return "'" + name + "'"

    columns: dict[str, Any] = dict.fromkeys(NAMES, "long")
    keys = "required: true, unique: true, min: 0, enum: [1, 2]"
    listed = ", ".join(map(quoted, NAMES))
    lines = ["shop.order:", f"  primary_key: [{listed}]", "  columns:"]
    lines += [f"    {quoted(name)}: {{type: long, {keys}}}" for name in NAMES]
    lines += ["  rules:", f"    - {{id: together, unique: [{listed}]}}"]
    for index, name in enumerate(NAMES):
        doubled = name.replace('"', '""')
        other = NAMES[index - 1].replace('"', '""')
        parts = f"columns: [{quoted(name)}], table: shop.order, to: [{quoted(NAMES[index - 1])}]"
        lines += [
            f"    - {{id: ref{index}, references: {{{parts}}}}}",
            f"""    - {{id: cmp{index}, compare: '"{doubled}" = "{other}"'}}""",
            f"""    - {{id: dif{index}, compare: '"{doubled}" <> "{other}"'}}""",
            f"""    - {{id: sql{index}, sql: 'select * from {{table}} where "{doubled}" = 3'}}""",
            f"""    - {{id: whr{index}, column: Id, const: 1, where: '"{doubled}" = 1'}}""",
        ]
    store(tmp_path, "shop.order", columns, [[1] * len(NAMES), [3] * len(NAMES)], files=2)
    found = outcomes(validate(contract_of("\n".join(lines)), tmp_path))
    for name in NAMES:
        statuses = [
            found[f"shop.order.{spell_name(name)}.{key}"].status
            for key in ("required", "unique", "min")
        ]
        assert statuses == ["passed"] * 3
        assert found[f"shop.order.{spell_name(name)}.enum"].sample == (3,)
    for index in range(len(NAMES)):
        assert found[f"shop.order.ref{index}"].status == "passed"
        assert found[f"shop.order.cmp{index}"].status == "passed"
        assert found[f"shop.order.dif{index}"].unexpected == 2
        assert found[f"shop.order.sql{index}"].unexpected == 1
        assert found[f"shop.order.whr{index}"].evaluated == 1
    assert found["shop.order.together"].status == "passed"
    assert found["shop.order.primary_key"].status == "passed"
