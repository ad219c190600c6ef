"""A contract as Markdown; its own text never becomes markup."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.contract_document import column_mapping, key_value, to_document
from spectra_gx.interop.losses import Conversion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spectra_gx.contract.model import StageContract

_MARKUP = re.compile(r"[\\`*_\[\]|~$]")
_AT_THE_START = re.compile(r"^(\d*)([#+=.)-])")
_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_PLAIN = ("type", "description", "fields", "items", "required")
_FACTS = ("owner", "contact", "system", "status")
_SHOWN = frozenset({"contract", "version", "purpose", "tables", "guarantees", "changelog", *_FACTS})


def export_markdown(contract: StageContract) -> Conversion:
    """Return a contract as a page, without losses.

    Raises:
        ContractError: It cannot be written.
    """
    return Conversion("\n".join(_page(to_document(contract))).rstrip() + "\n", ())


def _page(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {_text(document['contract'])} {document['version']}"
    yield ""
    if "purpose" in document:
        yield from (_text(document["purpose"]), "")
    facts = [(key.capitalize(), _text(document[key])) for key in _FACTS if key in document]
    yield from _table(("", ""), facts)
    for name, table in document["tables"].items():
        yield from _section(name, table)
    if "guarantees" in document:
        yield from ("## Guarantees", "")
        rows = [
            (_code(item["id"]), _text(item["says"]), ", ".join(map(_code, item["proven_by"])))
            for item in document["guarantees"]
        ]
        yield from _table(("Guarantee", "Says", "Proven by"), rows)
    rest = [(_text(key), _value(value)) for key, value in document.items() if key not in _SHOWN]
    if rest:
        yield from ("## Agreements", "", *_table(("What", "As written"), rest))
    if "changelog" in document:
        yield from ("## Changes", "")
        rows = [
            (item["version"], item["date"], " ".join(map(_text, item["changes"])))
            for item in document["changelog"]
        ]
        yield from _table(("Version", "Date", "Changes"), rows)


def _section(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"## {_text(name)}", "")
    if "description" in table:
        yield from (_text(table["description"]), "")
    rows = [
        row
        for column, content in table["columns"].items()
        for row in _rows_of(column, column_mapping(content), column in _primary_key(table))
    ]
    yield from _table(("Column", "Type", "Null", "Meaning", "Rules"), rows)
    keys = [
        (_code(key), _value(value))
        for key, value in table.items()
        if key not in ("description", "columns", "rules")
    ]
    yield from _table(("Table", "As written"), keys)
    if "rules" in table:
        yield from _table(("Rule", "Meaning", "As written"), map(_rule, table["rules"]))


def _primary_key(table: Mapping[str, Any]) -> Sequence[str]:
    names: Sequence[str] = key_value(table.get("primary_key")) or ()
    return names


def _rows_of(
    name: str, column: Mapping[str, Any], in_primary_key: bool = False
) -> Iterator[tuple[str, ...]]:
    """Yield a column and, below it, its fields or items."""
    required = in_primary_key or column.get("required")
    yield (
        _code(name),
        _value(column["type"]),
        "no" if required is True else "yes" if required is None else _value(required),
        _text(column.get("description", "")),
        " ".join(
            _code(f"{key}: {_json(value)}") for key, value in column.items() if key not in _PLAIN
        ),
    )
    for field, inside in column.get("fields", {}).items():
        yield from _rows_of(f"{name}.{field}", column_mapping(inside))
    if "items" in column:
        yield from _rows_of(f"{name}[]", column_mapping(column["items"]))


def _rule(entry: Mapping[str, Any]) -> tuple[str, ...]:
    rest = {key: value for key, value in entry.items() if key not in ("id", "description")}
    return _code(entry["id"]), _text(entry.get("description", "")), _value(rest)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _value(value: Any) -> str:
    return _code(value if isinstance(value, str) else _json(value))


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(text: Any) -> str:
    """Return a text escaped for Markdown, on one line."""
    line = _MARKUP.sub(r"\\\g<0>", " ".join(str(text).split()))
    line = "".join(_HTML.get(letter, letter) for letter in line)
    return _AT_THE_START.sub(r"\1\\\2", line)


def _code(text: Any) -> str:
    """Return a text as code, with a fence longer than any inside it and bars escaped."""
    line = " ".join(str(text).split())
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line.replace('|', chr(92) + '|')}{space}{fence}"
