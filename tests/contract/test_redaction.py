"""Values of sensitive columns appear in no result, ours or GX's, whatever the rule."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.validation.run.stage import StageOutcome

SECRET, OTHER = "hush-hush-1", "hush-hush-2"
COLUMNS = {"id": "long", "config_key": "string", "value": "string", "code": "string"}
ROWS = [
    (1, "a", SECRET, SECRET),
    (1, "b", SECRET, OTHER),
    (2, "c", OTHER, SECRET),
    (3, "d", OTHER, "x"),
]
QUERIES = [
    "select * from {table}",
    "select value as config_key from {table}",
    "select config_key, value as id from {table}",
    "select max(value) as config_key from {table} group by id",
    "select concat(config_key, value) as config_key from {table}",
    "select c.config_key from (select value as config_key from {table}) as c",
    "with c as (select value as config_key from {table}) select config_key from c",
    "select config_key from {table} union all select value from {table}",
    "select value from {table} union all select config_key from {table}",
    "select b.config_key from {table} as a, (select value as config_key from {table}) as b",
    "select case when true then value end as config_key from {table}",
    "select config_key, (select max(b.value) from {table} as b) as id from {table}",
    "select k as config_key from {shop.plain} as p join {table} as a on a.value = p.k",
    "select cast(value as bigint) as id from {table}",
    "select id from {table} where cast(value as bigint) > 0",
    "select id from {table} where cast(value as date) > '2026-01-01'",
    "select arrow_cast(value, 'Int64') as id from {table}",
]
KEYS = [
    *("unique: true", "enum: [z]", "not_in: [z]", "const: z", "pattern: '^z'"),
    *("pattern: '^(?!hush)'", "format: json", "format: semver", "min_length: 90", "max_length: 1"),
    *("length: 1", "required: true"),
]


def _contract(classified: str) -> str:
    lines = ["shop.a:", "  primary_key: [value]", "  columns:"]
    lines += ["    id: {type: long}", "    config_key: {type: string}"]
    lines += [f"    value: {{type: string, required: true, {classified}}}"]
    lines += ["    code: {type: string, classification: pii}", "  rules:"]
    lines += [f"    - {{id: key{index}, column: value, {key}}}" for index, key in enumerate(KEYS)]
    lines += [f'    - {{id: query{index}, sql: "{query}"}}' for index, query in enumerate(QUERIES)]
    lines += [
        "    - {id: pair, unique: [id, value]}",
        "    - {id: same, compare: value = code}",
        "    - {id: differ, compare: value <> code}",
        "    - {id: over, compare: value > code}",
        "    - {id: than, compare: \"value = 'z'\"}",
        "    - {id: parent, references: {columns: [value], table: shop.plain, to: [k]}}",
        "    - {id: held, column: id, unique: true, where: value is not null}",
        '    - {id: cast, column: id, required: true, where: "cast(value as bigint) > 0"}',
        "shop.plain:",
        "  columns: {k: string}",
    ]
    return "\n".join(lines)


def _everything_said(outcome: StageOutcome, log: str) -> str:
    of_gx = [one.gx for one in outcome.checkpoints]
    return "\n".join(
        [
            log,
            repr(asdict(outcome.result)),
            outcome.result._repr_html_(),
            *(json.dumps(one.to_json_dict(), default=str) for one in of_gx if one),
            *map(repr, of_gx),
            *(str(result) for one in of_gx if one for result in one.results),
        ]
    )


@pytest.mark.parametrize(
    "classified", ["classification: confidential", "classification: pii", "format: masked"]
)
def test_no_value_of_a_sensitive_column_is_anywhere(
    tmp_path: Path, classified: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store(tmp_path, "shop.a", COLUMNS, ROWS, files=2)
    store(tmp_path, "shop.plain", {"k": "string"}, [("a",)])
    outcome = validate(contract_of(_contract(classified)), tmp_path)
    found = outcomes(outcome)
    asked = [rule for rule in found.values() if ".key" in rule.id or ".query" in rule.id]
    assert {rule.status for rule in asked} == {"passed", "failed", "errored"}
    said = _everything_said(outcome, caplog.text)
    assert "hush-hush" not in said
    assert "‹redacted›" in said


def test_what_is_not_sensitive_is_still_shown(tmp_path: Path) -> None:
    store(tmp_path, "shop.a", COLUMNS, ROWS)
    store(tmp_path, "shop.plain", {"k": "string"}, [("a",)])
    found = outcomes(validate(contract_of(_contract("classification: pii")), tmp_path))
    hidden = "‹redacted›"
    assert found["shop.a.query0"].sample[0] == {
        "id": 1, "config_key": "a", "value": hidden, "code": hidden,
    }  # fmt: skip
    assert found["shop.a.query1"].sample[0] == {"config_key": hidden}
    assert found["shop.a.primary_key"].keys == ({"value": hidden},) * 4
    assert found["shop.a.held"].sample == (1, 1)
    assert found["shop.a.held"].keys == ({"value": hidden},) * 2
    redacted = "the query failed; details hidden because it reads personal data"
    assert found["shop.a.cast"].message == f"could not be evaluated: {redacted}"


def test_a_consumed_column_that_nobody_declares_is_sensitive(tmp_path: Path) -> None:
    consumed = (
        "consumes:\n  other: {version: '>=1', tables: {other.b: {columns: {k: {type: string}}}}}\n"
    )
    contract: Any = contract_of(
        'shop.a:\n  columns: {x: string}\n  rules:\n'
        '    - {id: its, sql: "select b.k as x from {other.b} as b"}\n', consumed
    )  # fmt: skip
    store(tmp_path, "shop.a", {"x": "string"}, [])
    store(tmp_path, "other.b", {"k": "string"}, [(SECRET,)])
    outcome = validate(contract, tmp_path)
    found = outcomes(outcome)["shop.a.its"]
    assert (found.status, found.sample) == ("failed", ({"x": "‹redacted›"},))
    assert SECRET not in _everything_said(outcome, "")
    assert outcome.result.inputs == {"other.b": 0, "shop.a": 0}
