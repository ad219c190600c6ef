"""A sensitive value is not spelled by the public columns of the rows that it chooses."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN = "‹redacted›"
COLUMNS = dict.fromkeys(("id", "note", "email", "other", "twin"), "string") | {"id": "long"}
ROWS = [
    (710071, "public-a", "ann@x", "z", "z"),
    (720072, "public-b", "bob@x", "a", "b"),
    (720072, "public-c", None, "a", "c"),
]
LETTERS = {"k": "long", "letter": "string", "mail": "string"}
CONTRACT = """
shop.a:
  primary_key: [id, note]
  columns:
    id: {type: long, required: true}
    note: {type: string, required: true}
    email: {type: string, classification: pii}
    other: {type: string, classification: confidential}
    twin: string
  rules:
RULES
shop.letters:
  columns: {k: long, letter: string, mail: {type: string, classification: pii}}
"""

WHERE = "where: \"email like 'a%'\""
EXPOSING = [
    'sql: "select b.letter from {table} t join {shop.letters} b on b.k = ascii(left(t.email, 1))"',
    "sql: \"select id, note from {table} where email like 'a%'\"",
    'sql: "select id, note from {table}", where: "email > \'a\'"',
    'sql: "select id, note from {table} order by email desc limit 1"',
    "{column: id, const: 0, where: \"substr(email, 1, 1) = 'a'\"}",
    "{column: note, enum: [x], WHERE}",
    "{column: note, pattern: '^(?!public)', WHERE}",
    "{column: id, unique: true, where: \"email is distinct from 'q'\"}",
    '{unique: [id, other], where: "length(email) > 0 or email is null"}',
    "{references: {columns: [note], table: shop.letters, to: [letter]}, WHERE}",
    "{column: id, max: 1, WHERE}",
    "{column: id, sum: {max: 1}, WHERE}",
    "{column: id, mean: {max: 1}, WHERE}",
    "{column: id, quantile: {q: 1, max: 1}, WHERE}",
    "{compare: note < email}",
    "{compare: email = note}",
    "{references: {columns: [note], table: shop.letters, to: [mail]}}",
    "{references: {columns: [email], table: shop.letters, to: [letter]}}",
    "{column: id, sorted: {by: email, order: descending}}",
    "{column: id, expect: ExpectColumnMaxToBeBetween, with: {max_value: 1}, WHERE}",
    "{column: note, expect: ExpectColumnDistinctValuesToBeInSet, with: {value_set: [x]}, WHERE}",
    "{column: note, expect: ExpectColumnDistinctValuesToContainSet, with: {value_set: [q]}, WHERE}",
    "{column: note, expect: ExpectColumnValuesToMatchLikePattern, with: {like_pattern: x}, WHERE}",
    "{expect: ExpectColumnPairValuesToBeEqual, with: {column_A: note, column_B: email}}",
    "{expect: ExpectSelectColumnValuesToBeUniqueWithinRecord, with: {column_list: [other, twin]}}",
]
TELLING_NOTHING = [
    ('sql: "select id, note, email from {table}"', "public-a"),
    ('sql: "select id, note from {table} where email is not null"', "public-a"),
    ('{column: note, enum: [x], where: "email is not null"}', "public-a"),
    ('{column: note, enum: [x], where: "id > 0"}', "public-a"),
    ("{column: email, required: true}", "public-c"),
    ("{unique: [id, other]}", "public-b"),
    ("{references: {columns: [email], table: shop.letters, to: [mail]}}", "public-a"),
]


def _found(root: Path, rules: list[str]) -> tuple[dict[str, Any], str]:
    lines = "\n".join(
        f"    - {{id: r{n}, {rule[1:] if rule.startswith('{') else rule + '}'}"
        for n, rule in enumerate(rules)
    )
    store(root, "shop.a", COLUMNS, ROWS)
    letters = [(ord(letter), f"letter-{letter}", None) for letter in "abcdefg"]
    store(root, "shop.letters", LETTERS, letters)
    outcome = validate(contract_of(CONTRACT.replace("RULES", lines).replace("WHERE", WHERE)), root)
    said = [json.dumps(one.gx.to_json_dict(), default=str) for one in outcome.checkpoints if one.gx]
    return outcomes(outcome), repr(asdict(outcome.result)) + "".join(said)


def test_no_sample_is_shown_where_a_sensitive_column_decides_what_is_found(
    tmp_path: Path,
) -> None:
    found, said = _found(tmp_path, EXPOSING)
    for number, rule in enumerate(EXPOSING):
        one = found[f"shop.a.r{number}"]
        assert one.status == "failed", (rule, one)
        cells = [
            cell
            for row in (*one.sample, *one.keys)
            for cell in (row.values() if isinstance(row, dict) else [row])
        ]
        assert set(cells) <= {HIDDEN}, (rule, one)
        assert one.observed is None or HIDDEN in str(one.observed), (rule, one)
    for value in ("public-a", "public-b", "letter-", "710071", "720072", "ann@x", "bob@x"):
        assert value not in said, value


def test_samples_are_shown_where_no_sensitive_column_decides(tmp_path: Path) -> None:
    found, said = _found(tmp_path, [rule for rule, _ in TELLING_NOTHING])
    for number, (rule, shown) in enumerate(TELLING_NOTHING):
        one = found[f"shop.a.r{number}"]
        assert (one.status, shown in repr(asdict(one))) == ("failed", True), rule
    assert "@x" not in said
