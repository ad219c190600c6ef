"""Fields of the Data Contract Specification as columns, fields or items of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.interop import valid_names
from spectra_gx.interop.datacontract.quality import read_quality_at
from spectra_gx.interop.foreign_types import BOUNDS, parse_foreign_type
from spectra_gx.interop.odcs.property_import import read_classification
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.foreign.draft import ForeignDraft

_TYPES = {
    **dict.fromkeys(("string", "text", "varchar"), "string"),
    **dict.fromkeys(("int", "integer"), "integer"),
    **dict.fromkeys(("long", "bigint"), "long"),
    **dict.fromkeys(("timestamp", "timestamp_tz"), "timestamp"),
    "timestamp_ntz": "timestamp_ntz",
    "float": "float",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "bytes": "binary",
}
_NUMBERS = ("number", "decimal", "numeric")
_STRUCTS = ("object", "record", "struct")
_FORMATS = ("email", "uri", "uuid")
_WORDS = {word: key for key, word in BOUNDS.items()} | {"pattern": "pattern", "enum": "enum"}
_DEEPEST = 10
_LOCAL = "#/definitions/"


class Definitions:
    """The fields that others take over."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    def resolve(self, content: Any, path: str, draft: ForeignDraft) -> TrackedMapping:
        """Return a field with everything that its definitions say; its own words precede."""
        found = dict(content) if isinstance(content, dict) else {}
        for _ in range(_DEEPEST):
            reference = found.pop("$ref", None)
            if reference is None:
                break
            definition = self._find(reference)
            if definition is None:
                draft.add_loss(f"{path}.$ref", f"{quote(str(reference))} is not in this file")
                break
            found = {**definition, **found}
        return TrackedMapping(found, path, draft.losses)

    def _find(self, reference: Any) -> dict[str, Any] | None:
        if not isinstance(reference, str) or not reference.startswith(_LOCAL):
            return None
        name = reference.removeprefix(_LOCAL)
        if isinstance(self._content.get(name), dict):
            return dict(self._content[name])
        inside: Any = self._content
        for step in name.split("/"):
            inside = inside.get(step) if isinstance(inside, dict) else None
        return dict(inside) if isinstance(inside, dict) else None


def read_field(
    item: TrackedMapping, at: Path, draft: ForeignDraft, definitions: Definitions
) -> None:
    """Add a field to the draft at a path, with its rules."""
    _read_type(item, at, draft, definitions)
    for key in ("required", "unique"):
        if item.take(key, bool):
            draft.put_column_key(at, key, True, item.at(key))
    for word, key in _WORDS.items():
        value = item.take(word, str, int, float, list)
        if value is not None:
            listed = [each for each in value if each is not None] if key == "enum" else value
            draft.put_column_key(at, key, listed, item.at(word))
    _read_format(item, at, draft)
    _describe(item, at, draft)
    if item.take("pii", bool):
        draft.put((*at, "classification"), "pii", item.at("pii"))
        given = item.text("classification")
        if given not in (None, "pii"):
            draft.add_loss(item.at("classification"), f"{quote(str(given))} became 'pii'")
    else:
        read_classification(item, at, draft)
    read_quality_at(item, at, draft)
    item.end()


def _read_type(
    item: TrackedMapping, at: Path, draft: ForeignDraft, definitions: Definitions
) -> None:
    named = (item.text("type") or "").lower()
    path = item.at("type")
    if "fields" in item:
        draft.put((*at, "type"), "struct", item.at("fields"))
        _read_fields(item.mapping("fields"), at, draft, definitions)
    elif "items" in item:
        draft.put((*at, "type"), "array", item.at("items"))
        inner = definitions.resolve(item.take("items", dict), item.at("items"), draft)
        read_field(inner, (*at, "items"), draft, definitions)
    elif named == "map":
        parts = [_part(item.mapping(key)) for key in ("keys", "values")]
        draft.put((*at, "type"), f"map<{','.join(parts)}>", path)
    elif named in _NUMBERS:
        draft.put((*at, "type"), _number(item, draft), path)
    elif named in _TYPES:
        draft.put((*at, "type"), _TYPES[named], path)
    elif named:
        known = parse_foreign_type(named)
        chosen = known.type if known else "string"
        draft.put((*at, "type"), chosen, path)
        if known is None or not known.exact or named in ("time", "variant", "json", "array"):
            draft.add_loss(path, f"{quote(named)} became '{chosen}'")
        if known and known.max_length:
            draft.put((*at, "max_length"), known.max_length, path)
    elif len(at) > len(("tables", "t", "columns", "c")):
        draft.put((*at, "type"), "string", path)
        draft.add_loss(path, "no type is given; used 'string'")


def _number(item: TrackedMapping, draft: ForeignDraft) -> str:
    precision, scale = item.take("precision", int), item.take("scale", int)
    if precision is None and scale is None:
        reason = "has no precision; used 'decimal(38,0)', the specification's default"
        draft.add_loss(item.at("type"), reason)
    return f"decimal({precision or 38},{scale or 0})"


def _part(item: TrackedMapping) -> str:
    """Return the type of a map's keys or values; everything else about them is a loss."""
    named = (item.text("type") or "string").lower()
    found = _TYPES.get(named) or getattr(parse_foreign_type(named), "type", "string")
    item.end()
    return str(found)


def _read_fields(
    fields: TrackedMapping, at: Path, draft: ForeignDraft, definitions: Definitions
) -> None:
    taken: set[str] = set()
    for key in list(fields):
        item = definitions.resolve(fields.take(key, dict), fields.at(key), draft)
        name = valid_names.unique_name(valid_names.column_name(key), taken)
        taken.add(name.lower())
        if name != key:
            draft.add_loss(item.path, f"{quote(key)} became '{name}'")
        draft.put((*at, "fields", name), {}, item.path)
        for word in ("primaryKey", "primary"):
            if item.take(word, bool):
                draft.add_loss(item.at(word), "only a top-level column can be part of a key")
        read_field(item, (*at, "fields", name), draft, definitions)


def _read_format(item: TrackedMapping, at: Path, draft: ForeignDraft) -> None:
    given = item.text("format")
    if given in _FORMATS:
        draft.put_column_key(at, "format", given, item.at("format"))
    elif given:
        draft.add_loss(item.at("format"), f"the format {quote(given)} has no equivalent")


def _describe(item: TrackedMapping, at: Path, draft: ForeignDraft) -> None:
    description, title = item.text("description"), item.text("title")
    if description or title:
        draft.put((*at, "description"), description or title, item.path)
    if description and title:
        draft.add_loss(item.at("title"), "only the description is imported")
    tags = item.take("tags", list)
    if tags:
        draft.put((*at, "tags"), tags, item.at("tags"))
    examples = item.take("examples", list) or []
    example = item.take("example", str, int, float, bool)
    several = examples or ([] if example is None else [example])
    if several:
        draft.put((*at, "examples"), several, item.at("examples"))
