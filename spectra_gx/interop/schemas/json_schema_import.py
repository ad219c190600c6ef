"""JSON Schemas as a contract: an object is a row, or has each table as a list of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import BITS
from spectra_gx.contract.excerpts import quote
from spectra_gx.interop import valid_names
from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.files import read_json, read_yaml, refused, stem
from spectra_gx.interop.foreign_types import BOUNDS
from spectra_gx.interop.tracked_mapping import TrackedMapping
from spectra_gx.interop.valid_names import semantic_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.losses import Conversion

_WHAT = "pass a JSON Schema of an object, or of a list of objects"
_TYPES = {"string": "string", "integer": "long", "number": "double", "boolean": "boolean"}
_TIMES = {"date": "date", "date-time": "timestamp"}
_FORMATS = {"email": "email", "uuid": "uuid", "uri": "uri", "ipv4": "ipv4"}
_WORDS = {word: key for key, word in BOUNDS.items()} | {"pattern": "pattern", "const": "const"}
_NO_CHECK = ("$schema", "$id", "$comment", "$anchor", "default", "readOnly", "writeOnly")
_DEEPEST = 8


@dataclass(frozen=True)
class _Schema:
    draft: ForeignDraft
    document: dict[str, Any]

    def resolve(self, content: Any, path: str) -> TrackedMapping:
        """Return a schema with what it refers to; `anyOf` with null is its other branch."""
        found = dict(content) if isinstance(content, dict) else {}
        for _ in range(_DEEPEST):
            reference = found.pop("$ref", None)
            if isinstance(reference, str):
                target = self._find(reference)
                if target is None:
                    self.draft.add_loss(f"{path}.$ref", f"{quote(reference)} is not in this file")
                    break
                found = {**target, **found}
                continue
            branch = _branch(found)
            if branch is None:
                break
            found = branch
        return TrackedMapping(found, path, self.draft.losses)

    def _find(self, reference: str) -> dict[str, Any] | None:
        if not reference.startswith("#/"):
            return None
        inside: Any = self.document
        for step in reference.removeprefix("#/").split("/"):
            plain = step.replace("~1", "/").replace("~0", "~")
            inside = inside.get(plain) if isinstance(inside, dict) else None
        return inside if isinstance(inside, dict) else None


def _branch(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return a schema whose only alternatives are null and another, as that one or null."""
    for key in ("anyOf", "oneOf"):
        branches = found.get(key)
        if not isinstance(branches, list):
            continue
        known = [b for b in branches if isinstance(b, dict) and b.get("type") != "null"]
        if len(known) == 1 and len(known) <= len(branches):
            around = {name: value for name, value in found.items() if name != key}
            nullable = len(known) < len(branches)
            return {**around, **known[0], **({"nullable": True} if nullable else {})}
    return None


def import_json_schema(sources: Mapping[str, bytes]) -> Conversion:
    """Convert JSON Schemas into a valid contract.

    Raises:
        ContractError: A file is neither JSON nor YAML, or describes no object; says where.
    """
    documents = {file: _parse(source, file) for file, source in sources.items()}
    file, first = next(iter(documents.items()))
    title = first.get("title")
    named = title if isinstance(title, str) and title.strip() else stem(file)
    # Our own export has the version behind the name.
    stage, _, version = named.rpartition(" ")
    known = semantic_version(version) == version and bool(stage)
    draft = ForeignDraft(file, stage if known else named)
    draft.put_head(version=version if known else None)
    for each, document in documents.items():
        schema = _Schema(draft, document)
        path = each if len(documents) > 1 else ""
        root = schema.resolve(document, path)
        for key in ("$defs", "definitions"):
            root.take(key, object)
        called = document.get("title")
        name = called if isinstance(called, str) and called.strip() else stem(each)
        _read_root(root, name, schema)
    return draft.finish()


def _parse(source: bytes, file: str) -> dict[str, Any]:
    yaml = file.endswith((".yaml", ".yml"))
    document = read_yaml(source, file) if yaml else read_json(source, file, _WHAT)
    known = ("properties", "items", "$ref", "allOf", "anyOf")
    if not isinstance(document, dict) or not any(key in document for key in known):
        raise refused(file, f"not a schema of rows; {_WHAT}")
    return document


def _read_root(root: TrackedMapping, name: str, schema: _Schema) -> None:
    """Add the tables of a schema: the root's own rows, or those of its lists."""
    if "items" in root:
        items = schema.resolve(root.take("items", dict), root.at("items"))
        root.take("type", object)
        _read_row_count(root, _add_table(items, name, schema))
        _end(root)
        return
    properties = root.take("properties", dict) or {}
    lists = {key: _rows(value, schema) for key, value in properties.items()}
    if properties and all(rows is not None for rows in lists.values()):
        root.take("required", list)
        root.take("additionalProperties", object)
        for key, value in properties.items():
            path = root.at(f"properties.{key}")
            outer = schema.resolve(value, path)
            table = _add_table(schema.resolve(outer.take("items", dict), path), key, schema)
            outer.take("type", object)
            _read_row_count(outer, table)
            _end(outer)
        _end(root)
        return
    root.put_back("properties", properties)
    _add_table(root, name, schema)


def _rows(content: Any, schema: _Schema) -> dict[str, Any] | None:
    """Return the schema of the rows in a list of objects; None if it is something else."""
    outer = schema.resolve(content, "").rest()
    if outer.get("type") != "array":
        return None
    inner = schema.resolve(outer.get("items"), "").rest()
    return inner if "properties" in inner else None


def _read_row_count(item: TrackedMapping, table: ForeignTable) -> None:
    bounds = {key: item.take(word, int) for key, word in (("min", "minItems"), ("max", "maxItems"))}
    rows = {key: bound for key, bound in bounds.items() if bound is not None}
    if rows:
        table.put("rows", rows, item.path)


def _add_table(item: TrackedMapping, name: str, schema: _Schema) -> ForeignTable:
    table = schema.draft.add_table(name, item.path or schema.draft.file)
    title, description = item.text("title"), item.text("description")
    if description or (title and title != name):
        table.put("description", description or title, item.at("description"))
    item.take("type", object)
    _read_additional(item, table)
    required = item.take("required", list) or []
    properties = item.take("properties", dict) or {}
    for key, content in properties.items():
        path = item.at(f"properties.{key}")
        column = table.add_column(key, path)
        inner = schema.resolve(content, path)
        _read_property(inner, table.column_path(column), schema, required=key in required)
    _end(item)
    return table


def _read_additional(item: TrackedMapping, table: ForeignTable) -> None:
    additional = item.take("additionalProperties", object)
    if isinstance(additional, dict) and additional:
        reason = "what other properties must be is not imported"
        table.draft.add_loss(item.at("additionalProperties"), reason)
    value = "fail" if additional is False else "allow"
    table.put("extra_columns", value, item.at("additionalProperties"))


def _read_property(item: TrackedMapping, at: Path, schema: _Schema, *, required: bool) -> None:
    draft = schema.draft
    kinds = item.take("type", str, list)
    listed = [kinds] if isinstance(kinds, str) else kinds or []
    several = [kind for kind in listed if isinstance(kind, str)]
    nullable = item.take("nullable", bool) or "null" in several
    named = [kind for kind in several if kind != "null"]
    nullable = nullable or not several  # without a type, null is one, too
    values = item.take("enum", list)
    if values is not None:
        # A list of values without null refuses it, whatever the type says.
        nullable = None in values and (nullable or not named)
    nullable = nullable and item.peek("const") is None  # so does the only value
    if required and not nullable:
        draft.put((*at, "required"), True, item.path)
    _read_type(item, named, values, at, schema)
    if values is not None:
        draft.put_column_key(at, "enum", [v for v in values if v is not None], item.at("enum"))
    if "const" in [*item] and item.peek("const") is None:
        draft.add_loss(item.at("const"), "that every value is null has no equivalent")
    for word, key in _WORDS.items():
        value = item.take(word, object)
        if value is not None:
            draft.put_column_key(at, key, value, item.at(word))
    _describe(item, at, draft)
    _end(item)


def _describe(item: TrackedMapping, at: Path, draft: ForeignDraft) -> None:
    title, description = item.text("title"), item.text("description")
    if description or title:
        draft.put((*at, "description"), description or title, item.path)
    examples = item.take("examples", list)
    if examples:
        draft.put((*at, "examples"), examples, item.at("examples"))


def _read_type(
    item: TrackedMapping, named: list[Any], values: list[Any] | None, at: Path, schema: _Schema
) -> None:
    draft, path = schema.draft, item.at("type")
    word = named[0] if len(named) == 1 else None
    form = item.text("format")
    if "properties" in item and word in ("object", None):
        _read_struct(item, at, schema)
    elif word == "array" and "items" in item:
        draft.put((*at, "type"), "array", path)
        inner = schema.resolve(item.take("items", dict), item.at("items"))
        # Nothing is missing in a list: what is null there is of the type null.
        _read_property(inner, (*at, "items"), schema, required=True)
    elif word == "object" and isinstance(item.peek("additionalProperties"), dict):
        inner = schema.resolve(item.take("additionalProperties", dict), path)
        draft.put((*at, "type"), f"map<string,{_type_in_map(inner, draft)}>", path)
        inner.end()
    elif word == "string" and form in _TIMES:
        draft.put((*at, "type"), _TIMES[form], path)
        form = None
    elif word in _TYPES:
        draft.put((*at, "type"), _sized(item) if word == "integer" else _TYPES[word], path)
    else:
        chosen = _type_of(values) or "string"
        draft.put((*at, "type"), chosen, path)
        shown = " or ".join(map(str, named)) or "no type"
        if not (values and chosen == _type_of(values)):
            draft.add_loss(path, f"{quote(shown)} became '{chosen}'")
    if form in _FORMATS:
        draft.put_column_key(at, "format", _FORMATS[form], item.at("format"))
    elif form is not None:
        draft.add_loss(item.at("format"), f"the format {quote(form)} has no equivalent")


def _type_in_map(item: TrackedMapping, draft: ForeignDraft) -> str:
    """Return the type of a map's values, which have no rules."""
    kinds = item.take("type", str, list)
    several = [kinds] if isinstance(kinds, str) else kinds or []
    named = [kind for kind in several if kind != "null"]
    if "null" not in several and several and not item.take("nullable", bool):
        draft.add_loss(item.at("type"), "values of this map that are null pass")
    chosen = _TYPES.get(named[0]) if len(named) == 1 and isinstance(named[0], str) else None
    if chosen is None:
        shown = " or ".join(map(str, named)) or "no type"
        draft.add_loss(item.at("type"), f"{quote(shown)} became 'string'")
    return chosen or "string"


def _sized(item: TrackedMapping) -> str:
    """Return the type of whole numbers whose bounds are those of a type, which say nothing more."""
    bounds = item.peek("minimum"), item.peek("maximum")
    for name, bits in BITS.items():
        if bounds == (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1):
            item.take("minimum", int)
            item.take("maximum", int)
            return name
    return "long"


def _type_of(values: list[Any] | None) -> str | None:
    known = [value for value in values or () if value is not None]
    if not known:
        return None
    if all(isinstance(value, bool) for value in known):
        return "boolean"
    if all(type(value) is int for value in known):
        return "long"
    return "string" if all(isinstance(value, str) for value in known) else None


def _read_struct(item: TrackedMapping, at: Path, schema: _Schema) -> None:
    draft = schema.draft
    draft.put((*at, "type"), "struct", item.at("properties"))
    required = item.take("required", list) or []
    if item.take("additionalProperties", object) is not False:
        reason = "a struct has exactly its fields; other properties make it another type"
        draft.add_loss(item.path, reason)
    taken: set[str] = set()
    for key, content in (item.take("properties", dict) or {}).items():
        path = item.at(f"properties.{key}")
        name = valid_names.unique_name(valid_names.column_name(key), taken)
        taken.add(name.lower())
        if name != key:
            draft.add_loss(path, f"{quote(key)} became '{name}'")
        draft.put((*at, "fields", name), {}, path)
        inner = schema.resolve(content, path)
        _read_property(inner, (*at, "fields", name), schema, required=key in required)


def _end(item: TrackedMapping) -> None:
    for key in _NO_CHECK:
        item.take(key, object)
    item.end()
