"""Avro schemas as a contract: a table for each record at the top."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.interop import valid_names
from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.files import read_json, refused, stem
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.losses import Conversion

_WHAT = "pass an Avro schema, such as orders.avsc, with a record at its top"
_PRIMITIVES = {
    "boolean": "boolean",
    "int": "integer",
    "long": "long",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "string": "string",
}
_LOGICAL = {
    "date": "date",
    "timestamp-millis": "timestamp",
    "timestamp-micros": "timestamp",
    "local-timestamp-millis": "timestamp_ntz",
    "local-timestamp-micros": "timestamp_ntz",
}
_FINER = {"timestamp-nanos": "timestamp", "local-timestamp-nanos": "timestamp_ntz"}
_DEEPEST = 8
_UNFIT = re.compile(r"\W+")


@dataclass(frozen=True)
class _Reader:
    draft: ForeignDraft
    names: dict[str, Any]
    """Full name → the schema that has it."""


def import_avro(sources: Mapping[str, bytes]) -> Conversion:
    """Convert Avro schemas into a valid contract.

    Raises:
        ContractError: A file is not JSON or has no record at its top; says where.
    """
    documents = {file: read_json(source, file, _WHAT) for file, source in sources.items()}
    first = next(iter(documents))
    records = [
        (file, place, record) for file in documents for place, record in _records(documents[file])
    ]
    for file, document in documents.items():
        if not list(_records(document)):
            raise refused(file, f"not an Avro schema of a record; {_WHAT}")
    only = records[0][2]
    namespace = only.get("namespace")
    name = namespace.rpartition(".")[2] if isinstance(namespace, str) and namespace else stem(first)
    draft = ForeignDraft(first, name)
    draft.put_head()
    names: dict[str, Any] = {}
    for _, _, record in records:
        _register(record, None, names, _DEEPEST)
    reader = _Reader(draft, names)
    for file, place, record in records:
        path = f"{file}{place}" if len(documents) > 1 else place.lstrip(".") or file
        _read_record(TrackedMapping(record, path, draft.losses), reader)
    return draft.finish()


def _records(document: Any) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(document, dict) and document.get("type") == "record":
        return [("", document)]
    listed = document if isinstance(document, list) else []
    return [
        (f"[{place}]", item)
        for place, item in enumerate(listed)
        if isinstance(item, dict) and item.get("type") == "record"
    ]


def _register(schema: Any, around: str | None, names: dict[str, Any], depth: int) -> None:
    """Register every schema that has a name."""
    if isinstance(schema, list):
        for part in schema:
            _register(part, around, names, depth)
    if not isinstance(schema, dict) or not depth:
        return
    space = schema.get("namespace") or around
    if isinstance(schema.get("name"), str) and schema.get("type") in ("record", "enum", "fixed"):
        names[schema["name"]] = schema
        names[f"{space}.{schema['name']}"] = schema
    fields = schema.get("fields")
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict):
            _register(field.get("type"), space, names, depth - 1)
    for key in ("items", "values", "type"):
        _register(schema.get(key), space, names, depth - 1)


def _read_record(record: TrackedMapping, reader: _Reader) -> None:
    draft = reader.draft
    name = record.text("name") or "record"
    for key in ("type", "namespace", "aliases"):
        record.take(key, object)
    table = draft.add_table(name.rpartition(".")[2], record.path)
    doc = record.text("doc")
    if doc:
        table.put("description", doc, record.at("doc"))
    for field in record.mappings("fields"):
        called = field.text("name") or "unnamed"
        column = table.add_column(called, field.path)
        _read_field(field, table.column_path(column), reader, _DEEPEST)
    record.end()


def _read_field(field: TrackedMapping, at: Path, reader: _Reader, depth: int) -> None:
    doc = field.text("doc")
    if doc:
        reader.draft.put((*at, "description"), doc, field.at("doc"))
    field.take("order", str)
    field.take("aliases", object)
    _read_type(field.take("type", object), field.at("type"), at, reader, depth)
    if "default" in field:
        field.take("default", object)
        reader.draft.add_loss(field.at("default"), "a default is for readers and is not imported")
    field.end()


def _read_type(schema: Any, path: str, at: Path, reader: _Reader, depth: int) -> None:
    """Set type, rules and nullability of a column, a field or items."""
    branches = schema if isinstance(schema, list) else [schema]
    known = [branch for branch in branches if branch not in ("null", {"type": "null"})]
    if len(known) == len(branches):
        reader.draft.put((*at, "required"), True, path)
    if len(known) == 1:
        _read_one(known[0], path, at, reader, depth)
        return
    reader.draft.put((*at, "type"), "string", path)
    what = f"a union of {len(known)} types" if known else "no type"
    reader.draft.add_loss(path, f"{what} became 'string'")


def _read_one(schema: Any, path: str, at: Path, reader: _Reader, depth: int) -> None:
    draft = reader.draft
    if isinstance(schema, str) and schema not in _PRIMITIVES:
        schema = reader.names.get(schema, schema)
    content = schema if isinstance(schema, dict) else {"type": schema}
    said = TrackedMapping(content, path, draft.losses)
    kind, logical = said.take("type", object), said.text("logicalType")
    if isinstance(kind, dict | list):
        _read_type(kind, path, at, reader, depth)
        said.end()
        return
    if isinstance(kind, str) and kind not in _PRIMITIVES and kind in reader.names:
        _read_one(reader.names[kind], path, at, reader, depth)
        said.end()
        return
    for key in ("name", "namespace", "aliases", "doc", "avro.java.string", "default"):
        said.take(key, object)
    match kind:
        case "record" if depth:
            _read_struct(said, at, reader, depth - 1)
        case "array" if depth:
            draft.put((*at, "type"), "array", path)
            inner = said.take("items", object)
            _read_type(inner, said.at("items"), (*at, "items"), reader, depth - 1)
        case "map":
            values = said.take("values", object)
            draft.put((*at, "type"), f"map<string,{_plain(values, path, reader)}>", path)
        case "enum":
            draft.put((*at, "type"), "string", path)
            draft.put((*at, "enum"), said.take("symbols", list) or [], said.at("symbols"))
        case _:
            _read_primitive(kind, logical, said, at, draft)
    said.end()


def _read_struct(said: TrackedMapping, at: Path, reader: _Reader, depth: int) -> None:
    reader.draft.put((*at, "type"), "struct", said.path)
    taken: set[str] = set()
    for field in said.mappings("fields"):
        called = field.text("name") or "unnamed"
        name = valid_names.unique_name(valid_names.column_name(called), taken)
        taken.add(name.lower())
        reader.draft.put((*at, "fields", name), {}, field.path)
        _read_field(field, (*at, "fields", name), reader, depth)


def _read_primitive(
    kind: Any, logical: str | None, said: TrackedMapping, at: Path, draft: ForeignDraft
) -> None:
    path = said.at("type")
    if logical == "decimal":
        precision, scale = said.take("precision", int), said.take("scale", int) or 0
        draft.put((*at, "type"), f"decimal({precision},{scale})", path)
        said.take("size", int)
        return
    if logical == "uuid" and kind == "string":
        draft.put((*at, "type"), "string", path)
        draft.put((*at, "format"), "uuid", said.at("logicalType"))
        return
    if logical in _LOGICAL:
        draft.put((*at, "type"), _LOGICAL[logical], path)
        return
    chosen = "binary" if kind == "fixed" else _PRIMITIVES.get(str(kind), "string")
    chosen = _FINER.get(logical or "", chosen)
    draft.put((*at, "type"), chosen, path)
    size = said.take("size", int)
    if size is not None:
        draft.add_loss(said.at("size"), "binary values have no length in the contract language")
    if logical is not None:
        draft.add_loss(said.at("logicalType"), f"{quote(logical)} became '{chosen}'")
    elif kind not in (*_PRIMITIVES, "fixed"):
        draft.add_loss(path, f"{quote(_UNFIT.sub(' ', str(kind)))} became '{chosen}'")


def _plain(schema: Any, path: str, reader: _Reader) -> str:
    """Return the type of a map's values, which have no rules."""
    branches = schema if isinstance(schema, list) else [schema]
    known = [branch for branch in branches if branch != "null"]
    if len(known) == len(branches):
        reader.draft.add_loss(path, "values of this map that are null pass")
    word = known[0] if len(known) == 1 else None
    if isinstance(word, dict):
        logical = word.get("logicalType")
        if logical in _LOGICAL:
            return _LOGICAL[logical]
        word = None if logical else word.get("type")
    if isinstance(word, str) and word in _PRIMITIVES:
        return _PRIMITIVES[word]
    reader.draft.add_loss(path, "the values of this map became 'string'")
    return "string"
