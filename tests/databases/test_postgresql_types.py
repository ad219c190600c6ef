"""Types of PostgreSQL: each is read as Delta's, or a type of its own that differs by its name."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.contract.test_nested_rules import ADDRESS, STRUCT
from tests.databases.checked import check_at, verdicts
from tests.databases.places import moved_to, validated
from tests.fakes.databases.postgresql_place import PostgresPlace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MADE = """
CREATE EXTENSION citext;
CREATE SCHEMA "My Types";
GRANT USAGE ON SCHEMA "My Types" TO reader;
SET search_path = "My Types";
CREATE TYPE "Mood Type" AS ENUM ('calm', 'cross');
CREATE TYPE place AS (zip text, rooms numeric(5,2)[], mood "Mood Type");
CREATE TYPE odd AS (price money);
CREATE TYPE listed AS (letters char(3));
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN more_positive AS positive;
CREATE DOMAIN price AS numeric(5,2);
CREATE DOMAIN words AS text[];
CREATE DOMAIN mood AS "Mood Type";
CREATE DOMAIN home AS place;
CREATE TABLE types (
    id bigint GENERATED ALWAYS AS IDENTITY, made integer GENERATED ALWAYS AS (3) STORED,
    one positive, two more_positive, price price, words words, mood mood, home home,
    moods "Mood Type"[], ids uuid[], prices numeric(5,2)[], homes place[], ones positive[],
    letter "char", name name, ci public.citext, cis public.citext[], padded char(4), any_length varchar,
    days date[], at timestamptz[], bytes bytea[],
    wide numeric(50,3), negative numeric(5,-2), small numeric(3,5), plain numeric, cash money,
    odd odd, listed listed, texts jsonb[], span interval, clock time, bits bit(3), net inet,
    numbers int4range, oid oid, document xml, spot point, vector int2vector
);
INSERT INTO types (one, two, price, words, mood, home, moods, ids, prices, homes, ones, letter,
    name, ci, cis, padded, any_length, days, at, bytes, cash) VALUES
(1, 2, 1.5, '{a,b}', 'calm', ('1', '{1.5}', 'calm'), '{calm,cross}', '{00112233-4455-6677-8899-aabbccddeeff}',
    '{1.5,NULL}', ARRAY[('1', '{2.5}', 'cross')::place], '{1,2}', 'x', 'n', 'Ci', '{Ci}', 'a', 'b ',
    '{2026-01-01}', '{2026-01-01 00:00:00+00}', ARRAY['\\x00ff'::bytea], 1.5);
GRANT SELECT ON ALL TABLES IN SCHEMA "My Types" TO reader;
RESET search_path
"""  # noqa: E501 - statements stand whole
READ_AS = {
    "id": "long", "made": "integer", "one": "integer", "two": "integer", "price": "decimal(5,2)",
    "words": "array<string>", "mood": "string",
    "home": "struct<zip:string,rooms:array<decimal(5,2)>,mood:string>",
    "moods": "array<string>", "ids": "array<string>", "prices": "array<decimal(5,2)>",
    "homes": "array<struct<zip:string,rooms:array<decimal(5,2)>,mood:string>>",
    "ones": "array<integer>", "letter": "string", "name": "string", "ci": "string",
    "cis": "array<string>", "padded": "string", "any_length": "string", "days": "array<date>",
    "at": "array<timestamp>", "bytes": "array<binary>",
}  # fmt: skip
OF_ITS_OWN = {
    "wide": "numeric(50,3)", "negative": "numeric(5,-2)", "small": "numeric(3,5)",
    "plain": "numeric", "cash": "money", "odd": '"My Types".odd', "listed": '"My Types".listed',
    "texts": "jsonb[]", "span": "interval", "clock": "time without time zone", "bits": "bit(3)",
    "net": "inet", "numbers": "int4range", "oid": "oid", "document": "xml", "spot": "point",
    "vector": "int2vector",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresPlace]:
    with PostgresPlace(tmp_path_factory.mktemp("server")) as place:
        for statement in MADE.split(";\n"):
            place.execute(statement)
        yield place


def test_each_type_is_read_or_named(server: PostgresPlace, tmp_path: Path) -> None:
    declared = {**READ_AS, **dict.fromkeys(OF_ITS_OWN, "string")}
    columns = "\n".join(f"  {name}: {type_}" for name, type_ in declared.items())
    rules = "rules: [{id: all, sql: 'select * from {table}'}]"
    found = check_at(
        f'{server.address}#"My Types".types', f"columns:\n{columns}\n{rules}\n", tmp_path
    )
    read = {name: found[f"{name}.type"].observed for name in READ_AS}
    others = {name: found[f"{name}.type"].observed for name in OF_ITS_OWN}
    assert (read, others) == (READ_AS, OF_ITS_OWN)
    assert {str(found[f"{name}.type"].status) for name in READ_AS} == {"passed"}
    assert {str(found[f"{name}.type"].status) for name in OF_ITS_OWN} == {"failed"}
    [row] = found["all"].sample
    assert row["home"] == {"zip": "1", "rooms": ["1.50"], "mood": "calm"}
    assert row["homes"] == [{"zip": "1", "rooms": ["2.50"], "mood": "cross"}]
    assert (row["prices"], row["moods"], row["ones"]) == (["1.50", None], ["calm", "cross"], [1, 2])
    assert (row["cis"], row["padded"], row["any_length"]) == (["Ci"], "a", "b ")
    assert (row["two"], row["price"], row["cash"]) == (2, "1.50", "$1.50")


ITEMS = """
shop.b:
  primary_key: [id]
  columns:
    id: long
    x:
      type: array
      required: true
      items:
        type: struct
        fields:
          k: {type: string, required: true, enum: [b]}
          n: {type: "decimal(5,2)", max: 1}
          d: {type: date, max: "2025-01-01"}
          at: {type: timestamp, max: "2025-01-01T00:00:00Z"}
          i: {type: integer, unique: true}
          s: {type: struct, required: true, fields: {q: {type: double, enum: [0.2]}}}
    y: {type: array, items: {type: "decimal(5,2)", max: 1, unique: true}}
    z: {type: array, items: {type: string, enum: [xx], min_length: 2}}
  rules: [{id: all, sql: "select * from {table}"}]
"""
ITEM = "struct<k:string,n:decimal(5,2),d:date,at:timestamp,i:integer,s:struct<q:double>>"


def test_rules_of_fields_and_items_are_those_of_delta(
    server: PostgresPlace, tmp_path: Path
) -> None:
    contract = contract_of(
        f"{ADDRESS}  rules: [{{id: all, sql: 'select * from {{table}} where id > 1'}}]\n{ITEMS}"
    )
    odd = [float("nan"), float("inf"), None]
    places = [{"zip": "6", "geo": {"lat": lat, "labels": ["B", "a", "é", "b"]}} for lat in odd]
    store(tmp_path, "shop.a", {"id": "long", "x": STRUCT}, [
        (1, {"zip": "12", "geo": {"lat": 1.0, "labels": ["a", "b"]}}),
        (2, {"zip": "1x", "geo": {"lat": -1.0, "labels": ["a", "z", "z"]}}),
        (3, {"zip": None, "geo": None}), (4, None),
        (5, {"zip": "5", "geo": {"lat": None, "labels": [None, "a"]}}),
        (6, {"zip": "6", "geo": {"lat": None, "labels": []}}), *enumerate(places, start=7),
    ])  # fmt: skip
    item = {"k": "a", "n": Decimal("1.50"), "d": date(2026, 1, 1),
            "at": datetime(2026, 1, 1, tzinfo=UTC), "i": 3, "s": {"q": 0.1}}  # fmt: skip
    types = {"id": "long", "x": f"array<{ITEM}>", "y": "array<decimal(5,2)>", "z": "array<string>"}
    store(tmp_path, "shop.b", types, [
        (1, [item, None, {**item, "k": None, "s": None}], [Decimal("1.50"), None], ["B", "a"]),
        (2, [], [], []), (3, None, None, None),
        (4, [dict.fromkeys(item)], [Decimal("9.99")], [None]),
    ])  # fmt: skip
    expected = outcomes(validate_here(contract, tmp_path))
    found = validated(moved_to(server, contract, tmp_path), tmp_path)
    assert {rule: one for rule, one in found.items() if one != expected[rule]} == {}
    assert len(found) > 40


def test_what_a_type_allows_and_delta_does_not_is_errored(
    server: PostgresPlace, tmp_path: Path
) -> None:
    for name, type_, value in [
        ("nan", "numeric(5,2)", "'NaN'"),
        ("nans", "numeric(5,2)[]", "'{NaN}'"),
        ("dimensions", "integer[]", "'{{1,2},{3,4}}'"),
    ]:
        server.execute(f'CREATE TABLE "My Types".{name} (x {type_})')
        server.execute(f'INSERT INTO "My Types".{name} VALUES ({value})')
        server.execute(f'GRANT SELECT ON "My Types".{name} TO reader')
    address = f'{server.address}#"My Types".'
    number = '"decimal(5,2)", max: 1'
    for table, declared, rule in [
        ("nan", f"{{type: {number}}}", "x.max"),
        ("nans", f"{{type: array, items: {{type: {number}}}}}", "x.items.max"),
        ("dimensions", "{type: array, items: {type: integer, max: 9}}", "x.items.max"),
    ]:
        found = check_at(f"{address}{table}", f"columns:\n  x: {declared}\n", tmp_path)
        assert (str(found["x.type"].status), str(found[rule].status)) == ("passed", "errored")


MOMENTS = """
primary_key: [id]
columns:
  id: long
  d: {type: date, min: "2000-01-01", max: "2030-01-01"}
  at: {type: timestamp, min: "2000-01-01T00:00:00Z", max: "2030-01-01T00:00:00Z"}
  other: {type: long, max: 1}
rules:
  - {id: fresh, freshness: {column: at, max_age: 1d}}
  - {id: fresh-day, freshness: {column: d, max_age: 1d}}
"""


@pytest.mark.parametrize(
    ("moment", "broken"),
    [("infinity", "max"), ("-infinity", "min"), ("0044-03-15 BC", "min"), ("12026-01-01", "max")],
)
def test_moments_beyond_the_calendar_are_compared_and_not_shown(
    server: PostgresPlace, tmp_path: Path, moment: str, broken: str
) -> None:
    # A table of its own: the one that was checked before stays locked as long as its connection.
    table = f'"My Types".at_{re.sub("[^a-z0-9]+", "_", moment.lower())}'
    server.execute(
        f"CREATE TABLE {table} AS SELECT 1::bigint AS id, "
        f"'{moment}'::date AS d, '{moment}'::timestamptz AS at, 5::bigint AS other"
    )
    server.execute(f"GRANT SELECT ON {table} TO reader")
    found = check_at(f"{server.address}#{table}", MOMENTS, tmp_path)
    kept = {"max": "min", "min": "max"}[broken]
    assert verdicts(found, f"d.{kept}", f"at.{kept}", "other.max") == [
        ("passed", 0, []),
        ("passed", 0, []),
        ("failed", 1, ["1"]),
    ]
    for rule in (f"d.{broken}", f"at.{broken}", "fresh", "fresh-day"):
        assert found[rule].cause == "value_out_of_range"
        assert "outside the years 1 to 9999" in found[rule].message
