"""Rules about fields of structs and items of arrays."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.contract.checking import contract_of, store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.agreement.suites.suite import Suite

_CONTRACT = """
shop.places:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    x:
      type: struct
      fields:
        zip: {type: string, required: true, pattern: "^[0-9]+$", max_length: 2}
        geo: {type: struct, fields: {lat: {type: double, min: 0}, on: {type: date, max: today}}}
shop.numbers:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    x: {type: array, items: {type: long, min: 0, unique: true, required: true}}
shop.words:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    x: {type: array, items: {type: string, enum: [a, b], pattern: "^(?!b)", length: 1}}
shop.parts:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    x:
      type: array
      items:
        type: struct
        fields:
          k: {type: string, required: true}
          n: {type: long, max: {value: 9, mostly: 0.5, where: id > 0}}
"""
_TYPES = {
    "places": "struct<zip:string,geo:struct<lat:double,on:date>>",
    "numbers": "array<long>",
    "words": "array<string>",
    "parts": "array<struct<k:string,n:long>>",
}
_GOOD: Mapping[str, Sequence[Any]] = {
    "places": [{"zip": "12", "geo": {"lat": 1.0, "on": None}}, {"zip": "3", "geo": None}, None],
    "numbers": [[1, 2], [], None, [0]],
    "words": [["a"], [None, "a"], [], None],
    "parts": [[{"k": "a", "n": 1}, {"k": "b", "n": None}], [], None],
}
_BAD: Mapping[str, Sequence[Any]] = {
    "places": [
        {"zip": "1x", "geo": {"lat": -1.0, "on": date(2030, 1, 1)}},
        {"zip": None, "geo": None},
        {"zip": "123", "geo": {"lat": None, "on": None}},
        None,
    ],
    "numbers": [[1, 2], [1, 1, -1], [], None, [None, 3], [-5, -6, -5]],
    "words": [["a", "b"], ["c", "c"], [None, "aa"], []],
    "parts": [[{"k": "a", "n": 1}, {"k": None, "n": 10}], [None], [{"k": "b", "n": 11}], [], None],
}


def nested(which: str) -> Suite:
    """Structs within structs, and arrays of numbers, texts and structs."""

    def put(root: Path) -> None:
        for name, values in (_GOOD if which == "good" else _BAD).items():
            types = {"id": "long", "x": _TYPES[name]}
            store(root, f"shop.{name}", types, list(enumerate(values, start=1)))

    return contract_of(_CONTRACT), put
