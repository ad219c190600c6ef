"""A file of the Data Contract Specification as a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.language.documents import STATUSES
from spectra_gx.interop.datacontract.fields import Definitions, read_field
from spectra_gx.interop.datacontract.quality import read_quality
from spectra_gx.interop.foreign.draft import ForeignDraft
from spectra_gx.interop.foreign.durations import read_duration
from spectra_gx.interop.foreign.files import read_mapping, refused, stem
from spectra_gx.interop.foreign.sql import NotConvertibleError
from spectra_gx.interop.soda.sodacl import read_sodacl
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.losses import Conversion

_WHAT = "not a file of the Data Contract Specification; one has `dataContractSpecification`"
_STATUSES = {
    **{status: status for status in STATUSES},
    **dict.fromkeys(("proposed", "in development", "development"), "draft"),
    **dict.fromkeys(("retired", "deprecated"), "deprecated"),
}
_CLOSED_SINCE = (1, 2)
"""From this version on, a model has no other fields unless it says so."""


def import_datacontract(source: bytes, file: str) -> Conversion:
    """Convert a file of the Data Contract Specification into a valid contract.

    Raises:
        ContractError: It is not YAML or not such a file; says where.
    """
    document = read_mapping(source, file, _WHAT)
    if "dataContractSpecification" not in document:
        raise refused(file, _WHAT)
    identity = document.get("id")
    draft = ForeignDraft(file, identity if isinstance(identity, str) and identity else stem(file))
    said = TrackedMapping(document, "", draft.losses)
    closed = _version(said.take("dataContractSpecification", str, float)) >= _CLOSED_SINCE
    if said.text("id") not in (None, draft.stage):
        draft.add_loss("id", f"{quote(str(identity))} became '{draft.stage}'")
    _read_info(said.mapping("info"), draft)
    definitions = Definitions(said.take("definitions", dict) or {})
    _read_models(said, draft, definitions, closed=closed)
    _read_service_levels(said.mapping("servicelevels"), draft)
    _read_old_quality(said, draft)
    said.end()
    return draft.finish()


def _version(given: str | float | None) -> tuple[int, ...]:
    numbers = str(given or "").split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def _read_info(info: TrackedMapping, draft: ForeignDraft) -> None:
    status = info.text("status")
    known = _STATUSES.get(status.lower(), "draft") if status else "draft"
    if status and known != status:
        draft.add_loss(info.at("status"), f"{quote(status)} became '{known}'")
    version = info.take("version", str, int, float)
    draft.put_head(
        version=None if version is None else str(version), status=known, owner=info.text("owner")
    )
    title, purpose = info.text("title"), info.text("description")
    if title and not purpose:
        purpose = title
    elif title:
        draft.add_loss(info.at("title"), "only the description is imported, as `purpose`")
    if purpose:
        draft.put(("purpose",), purpose, info.at("description"))
    contact = info.mapping("contact")
    ways = {key: contact.text(key) for key in ("email", "url", "name")}
    reached = [(key, way) for key, way in ways.items() if way]
    for place, (key, way) in enumerate(reached):
        if place == 0:
            draft.put(("contact",), way, contact.at(key))
        else:
            draft.add_loss(contact.at(key), "only one way to reach the owner is imported")
    contact.end()
    info.end()


def _read_models(
    said: TrackedMapping, draft: ForeignDraft, definitions: Definitions, *, closed: bool
) -> None:
    models = said.mapping("models")
    declared = []
    for name in list(models):
        model = models.mapping(name)
        table = draft.add_table(name, model.path)
        fields = model.mapping("fields")
        columns = [(key, table.add_column(key, fields.at(key))) for key in list(fields)]
        declared.append((model, table, fields, columns))
    for model, table, fields, columns in declared:
        _read_model(model, table, closed=closed)
        keys = []
        for key, column in columns:
            item = definitions.resolve(fields.take(key, dict), fields.at(key), draft)
            if item.take("primaryKey", bool) or item.take("primary", bool):
                keys.append(column)
            _read_reference(item, table, column)
            read_field(item, table.column_path(column), draft, definitions)
        _read_key(model, table, keys)
        read_quality(model, table.path, table)
        fields.end()
        model.end()


def _read_model(model: TrackedMapping, table: ForeignTable, *, closed: bool) -> None:
    description, title = model.text("description"), model.text("title")
    if description or title:
        table.put("description", description or title, model.path)
    if description and title:
        table.draft.add_loss(model.at("title"), "only the description is imported")
    kind = model.text("type")
    if kind not in (None, "table"):
        table.draft.add_loss(model.at("type"), "the contract language only has tables")
    more = model.take("additionalFields", bool)
    allowed = more if more is not None else not closed
    table.put("extra_columns", "allow" if allowed else "fail", model.path)


def _read_key(model: TrackedMapping, table: ForeignTable, keys: list[str]) -> None:
    listed = model.take("primaryKey", list, str)
    several = [listed] if isinstance(listed, str) else listed or []
    own = [table.find(str(name)) or str(name) for name in several]
    if own or keys:
        table.put("primary_key", own or keys, model.at("primaryKey"))
    if own and keys and set(own) != set(keys):
        table.draft.add_loss(model.at("primaryKey"), "the keys of fields differ and are ignored")


def _read_reference(item: TrackedMapping, table: ForeignTable, column: str) -> None:
    target = item.text("references")
    if target is None:
        return
    found = table.draft.names.resolve(target)
    known = {own.name for own in table.draft.tables}
    if found is None or found[0] not in known:
        table.draft.add_loss(item.at("references"), f"{quote(target)} is not in this file")
        return
    rule = {"references": {"columns": [column], "table": found[0], "to": [found[1]]}}
    name = f"{column}-in-{found[0].rpartition('.')[2]}"
    table.add_rule(name, rule, item.at("references"))


def _read_service_levels(levels: TrackedMapping, draft: ForeignDraft) -> None:
    freshness = levels.mapping("freshness")
    threshold, where = freshness.text("threshold"), freshness.text("timestampField")
    description = freshness.text("description")
    if threshold or where:
        _add_freshness(freshness, threshold or "", where or "", description, draft)
    freshness.end()
    levels.end()


def _add_freshness(
    freshness: TrackedMapping,
    threshold: str,
    where: str,
    description: str | None,
    draft: ForeignDraft,
) -> None:
    found = draft.names.resolve(where)
    table = next((own for own in draft.tables if found and own.name == found[0]), None)
    try:
        age = read_duration(threshold)
    except NotConvertibleError as error:
        freshness.add_loss(str(error))
        return
    if table is None or found is None or table.find(found[1]) is None:
        freshness.add_loss("it needs a `timestampField` of a model of this file")
        return
    rule: dict[str, Any] = {"freshness": {"column": found[1], "max_age": age}}
    options = {"description": description} if description else {}
    table.add_rule(f"{found[1]}-freshness", rule, freshness.path, **options)


def _read_old_quality(said: TrackedMapping, draft: ForeignDraft) -> None:
    """Read the checks that files before version 1.1 have at the top."""
    if "quality" not in said:
        return
    quality = said.mapping("quality")
    kind, checks = quality.text("type") or "", quality.take("specification", dict, str)
    if kind.lower() == "sodacl" and isinstance(checks, dict):
        read_sodacl(TrackedMapping(checks, quality.at("specification"), draft.losses), draft)
        quality.end()
    else:
        quality.add_loss(f"checks of type {quote(kind)} are not supported here")
