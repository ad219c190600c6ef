"""Rules about fields of structs and items of arrays."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spectra_gx.validation.results import RuleResult

STRUCT = "struct<zip:string,geo:struct<lat:double,labels:array<string>>>"
ADDRESS = """\
shop.a:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    x:
      type: struct
      fields:
        zip: {type: string, required: true, pattern: "^[0-9]+$"}
        geo:
          type: struct
          fields:
            lat: {type: double, min: 0, finite: true}
            labels: {type: array, items: {type: string, enum: [a, b], required: true}}
"""


def validate_column(
    root: Path, declared: str, type_: str, values: Sequence[Any]
) -> dict[str, RuleResult]:
    """Validate column `x` of a table with the key `id`, counted from 1."""
    contract = contract_of(
        "shop.a:\n  primary_key: [id]\n  columns:\n    id: {type: long, required: true}\n"
        f"    x: {declared}"
    )
    store(root, "shop.a", {"id": "long", "x": type_}, [*enumerate(values, start=1)], files=2)
    return outcomes(validate(contract, root))


def figures(found: RuleResult) -> tuple[Any, ...]:
    """Return what a rule found: status, counts, sample, the ids of its rows, and its sentence."""
    ids = [key["id"] for key in found.keys]
    return str(found.status), found.evaluated, found.unexpected, list(found.sample), ids


def test_structs_within_structs(tmp_path: Path) -> None:
    rows = [
        (1, {"zip": "12", "geo": {"lat": 1.0, "labels": ["a", "b"]}}),
        (2, {"zip": "1x", "geo": {"lat": -1.0, "labels": ["a", "z", "z"]}}),
        (3, {"zip": None, "geo": None}),
        (4, None),
        (5, {"zip": "5", "geo": {"lat": None, "labels": [None, "a"]}}),
        (6, {"zip": "6", "geo": {"lat": float("nan"), "labels": []}}),
        (7, {"zip": "7", "geo": {"lat": float("inf"), "labels": None}}),
    ]
    store(tmp_path, "shop.a", {"id": "long", "x": STRUCT}, rows, files=2)
    found = outcomes(validate(contract_of(ADDRESS), tmp_path))
    assert figures(found["shop.a.x.zip.required"]) == ("failed", 6, 1, [None], [3])
    assert figures(found["shop.a.x.zip.pattern"]) == ("failed", 5, 1, ["1x"], [2])
    assert figures(found["shop.a.x.geo.lat.min"]) == ("failed", 4, 2, [-1.0, "nan"], [2, 6])
    assert figures(found["shop.a.x.geo.lat.finite"]) == ("failed", 4, 2, ["nan", "inf"], [6, 7])
    # Items: one row is checked once, however many of its items break the rule.
    assert figures(found["shop.a.x.geo.labels.items.enum"]) == (
        "failed", 4, 1, ["z", "z"], [2, 2],
    )  # fmt: skip
    assert figures(found["shop.a.x.geo.labels.items.required"]) == ("failed", 4, 1, [None], [5])
    types = [id_ for id_ in found if id_.endswith(".type")]
    assert {str(found[id_].status) for id_ in types} == {"passed"}
    assert found["shop.a.x.zip.required"].message == "1 of 6 rows: `x.zip` is null"
    assert found["shop.a.x.geo.labels.items.enum"].message == (
        "1 of 4 rows: `x.geo.labels.items` is not one of a, b"
    )
    assert found["shop.a.x.zip.pattern"].expectation == "expect_nested_values_to_satisfy"


def test_a_table_that_keeps_everything_passes(tmp_path: Path) -> None:
    rows = [(1, {"zip": "12", "geo": {"lat": 1.0, "labels": ["a", "b"]}}), (2, None)]
    store(tmp_path, "shop.a", {"id": "long", "x": STRUCT}, rows)
    found = outcomes(validate(contract_of(ADDRESS), tmp_path))
    assert {str(rule.status) for rule in found.values()} == {"passed"}


def test_items_of_scalars(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: array, items: {type: long, min: 0, unique: true, required: true}}",
        "array<long>",
        [[1, 2], [1, 1, -1], [], None, [None, 3], [-5, -6, -5]],
    )
    assert figures(found["shop.a.x.items.min"]) == ("failed", 5, 2, [-1, -6, -5, -5], [2, 6, 6, 6])
    assert figures(found["shop.a.x.items.unique"]) == ("failed", 5, 2, [1, -5], [2, 6])
    assert figures(found["shop.a.x.items.required"]) == ("failed", 5, 1, [None], [5])
    assert found["shop.a.x.items.unique"].message == "2 of 5 rows: `x.items` is not unique"


def test_items_of_structs_and_mostly(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: array, items: {type: struct, fields: "
        "{k: {type: string, required: true}, n: {type: long, max: {value: 9, mostly: 0.5}}}}}",
        "array<struct<k:string,n:long>>",
        [
            [{"k": "a", "n": 1}, {"k": None, "n": 10}],
            [None],
            [{"k": "b", "n": None}],
            [],
            None,
        ],
    )
    assert figures(found["shop.a.x.items.k.required"]) == ("failed", 4, 1, [None], [1])
    assert figures(found["shop.a.x.items.n.max"]) == ("passed", 4, 1, [10], [1])
    assert found["shop.a.x.items.n.max"].message == ""


def test_items_of_items(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: array, items: {type: array, items: {type: string, enum: [a]}}}",
        "array<array<string>>",
        [[["a"], ["a", "b"]], [[], None], [], None, [["c", "c"], ["d"]]],
    )
    assert figures(found["shop.a.x.items.items.enum"]) == (
        "failed", 4, 2, ["b", "c", "c", "d"], [1, 5, 5, 5],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "values", "broken"),
    [
        ("pattern: '^(?!b)'", ["a", "b", None], ["b"]),
        ("pattern: '^a$'", ["a", "a\n", None], ["a\n"]),
        ("format: json", ["{}", "{", None], ["{"]),
        ("format: semver", ["1.0.0", "1", None], ["1"]),
        ("length: 1", ["a", "ab", None], ["ab"]),
        ("min_length: 1", ["a", "", None], [""]),
        ("const: a", ["a", "b", None], ["b"]),
        ("not_in: [b]", ["a", "b", None], ["b"]),
        ("unique: true", ["a", "b", "a"], ["a", "a"]),
    ],
)
def test_rules_of_texts(tmp_path: Path, rule: str, values: list[Any], broken: list[Any]) -> None:
    present = sum(value is not None for value in values)
    found = validate_column(
        tmp_path / "field",
        f"{{type: struct, fields: {{f: {{type: string, {rule}}}}}}}",
        "struct<f:string>",
        [None, *({"f": value} for value in values)],
    )
    key = rule.split(":", maxsplit=1)[0]
    status, evaluated, unexpected, sample, _ = figures(found[f"shop.a.x.f.{key}"])
    assert (status, evaluated, unexpected) == ("failed", present, len(broken))
    assert sample == broken
    found = validate_column(
        tmp_path / "items",
        f"{{type: array, items: {{type: string, {rule}}}}}",
        "array<string>",
        [values, values[:1], None],
    )
    status, evaluated, unexpected, sample, ids = figures(found[f"shop.a.x.items.{key}"])
    assert (status, evaluated, unexpected, set(ids)) == ("failed", 2, 1, {1})


@pytest.mark.parametrize("type_", ["date", "timestamp", "timestamp_ntz"])
def test_ages_of_fields(tmp_path: Path, type_: str) -> None:
    zone = ", timezone: Europe/Berlin" if type_ == "timestamp_ntz" else ""
    arrow = {"date": pa.date32(), "timestamp": pa.timestamp("us", "UTC")}.get(
        type_, pa.timestamp("us")
    )
    contract = contract_of(
        "shop.a:\n  columns:\n    x: {type: struct, fields: "
        f"{{f: {{type: {type_}, max_age: 24h{zone}}}}}}}"
    )
    days = [None, "2026-11-20", "2026-11-18"]
    cells = pa.array(days).cast(pa.timestamp("us")).cast(arrow)
    if type_ == "timestamp_ntz":
        cells = pa.array([None, "2026-11-20T01:00", "2026-11-20T00:59"]).cast(arrow)
    column = pa.StructArray.from_arrays([cells], names=["f"])
    write_deltalake(str(tmp_path / "Tables" / "shop" / "a"), pa.table({"x": column}))
    found = outcomes(validate(contract, tmp_path))["shop.a.x.f.max_age"]
    assert (str(found.status), found.evaluated, found.unexpected) == ("failed", 2, 1)
    assert found.message == "1 of 2 rows: `x.f` is more than 24h old"


def test_where_narrows_and_severity_is_kept(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: array, items: {type: long, min: {value: 0, where: id > 1, severity: warning}}}",
        "array<long>",
        [[-1], [-2], [3]],
    )
    rule = found["shop.a.x.items.min"]
    assert (*figures(rule), rule.severity) == ("failed", 2, 1, [-2], [2], "warning")


def test_ids_quote_fields_that_are_named_as_keys(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: struct, fields: {type: {type: string, enum: [a]}, items: {type: long, min: 0}}}",
        "struct<type:string,items:long>",
        [{"type": "b", "items": -1}],
    )
    assert str(found['shop.a.x."type".enum'].status) == "failed"
    assert str(found['shop.a.x."items".min'].status) == "failed"
    assert str(found["shop.a.x.type"].status) == "passed"


def test_odd_names_of_fields(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  columns:\n    x:\n      type: struct\n      fields:\n"
        '        "it\'s_\\"odd\\".y": {type: long, min: 0}\n'
    )
    name = 'it\'s_"odd".y'
    store(tmp_path, "shop.a", {"x": f"struct<`{name}`:long>"}, [({name: -1},)])
    found = outcomes(validate(contract, tmp_path))
    [broken] = [rule for id_, rule in found.items() if id_.endswith(".min")]
    assert (str(broken.status), broken.unexpected) == ("failed", 1)


def test_a_field_of_another_type_takes_no_sibling_down(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: struct, fields: {f: {type: long, min: 0, required: true}, "
        "g: {type: long, min: 0}}}",
        "struct<f:string,g:long>",
        [{"f": "a", "g": -1}, {"f": None, "g": 1}],
    )
    assert found["shop.a.x.type"].message == (
        "column `x` is stored as struct<f:string,g:long>, declared as struct<f:long,g:long>"
    )
    assert found["shop.a.x.f.type"].message == (
        "column `x.f` is stored as string, declared as long"
    )
    assert found["shop.a.x.f.min"].message == (
        "could not be evaluated: `x.f` is stored as string, declared as long"
    )
    assert figures(found["shop.a.x.f.required"]) == ("failed", 2, 1, [None], [2])
    assert figures(found["shop.a.x.g.min"]) == ("failed", 2, 1, [-1], [1])
    assert str(found["shop.a.x.g.type"].status) == "passed"


def test_a_field_that_is_not_there_is_errored(tmp_path: Path) -> None:
    found = validate_column(
        tmp_path,
        "{type: struct, fields: {f: {type: long, required: true}, g: {type: long, min: 0}}}",
        "struct<g:long>",
        [{"g": 1}],
    )
    assert str(found["shop.a.x.type"].status) == "failed"
    assert str(found["shop.a.x.g.min"].status) == "passed"
    for key in ("type", "required"):
        rule = found[f"shop.a.x.f.{key}"]
        assert str(rule.status) == "errored"
        assert rule.message == (
            "could not be evaluated: `x.f` does not exist; column `x` is stored as struct<g:long>"
        )


def test_a_column_that_is_not_there_or_no_struct_at_all(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  columns: {x: {type: struct, fields: {f: {type: long, min: 0}}}}"
    )
    store(tmp_path / "gone", "shop.a", {"y": "long"}, [(1,)])
    found = outcomes(validate(contract, tmp_path / "gone"))
    assert str(found["shop.a.columns"].status) == "failed"
    assert {str(found[f"shop.a.x.{key}"].status) for key in ("type", "f.type", "f.min")} == {
        "errored"
    }
    store(tmp_path / "plain", "shop.a", {"x": "long"}, [(1,)])
    found = outcomes(validate(contract, tmp_path / "plain"))
    assert str(found["shop.a.x.type"].status) == "failed"
    assert {str(found[f"shop.a.x.{key}"].status) for key in ("f.type", "f.min")} == {"errored"}


@pytest.mark.parametrize("rule", ["enum: [a]", "pattern: '^(?!h)'", "format: json", "unique: true"])
def test_what_is_nested_in_a_sensitive_column_is_hidden(tmp_path: Path, rule: str) -> None:
    found = validate_column(
        tmp_path,
        f"{{type: array, items: {{type: struct, fields: "
        f"{{s: {{type: string, classification: pii, {rule}}}}}}}}}",
        "array<struct<s:string>>",
        [[{"s": "hush"}, {"s": "hush"}]],
    )
    rule_found = found[f"shop.a.x.items.s.{rule.split(':', maxsplit=1)[0]}"]
    assert str(rule_found.status) == "failed"
    assert set(rule_found.sample) == {"‹redacted›"}
    assert "hush" not in repr([asdict(one) for one in found.values()])
