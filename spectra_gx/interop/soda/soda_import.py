"""Soda's checks and contracts as one contract: a table for each dataset."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.draft import ForeignDraft, ForeignTable
from spectra_gx.interop.foreign.files import read_mapping, refused, stem
from spectra_gx.interop.foreign.sql import NotConvertibleError, take_condition
from spectra_gx.interop.foreign.sql_types import read_sql_type
from spectra_gx.interop.soda.contract_checks import read_contract_check
from spectra_gx.interop.soda.sodacl import is_sodacl, read_sodacl
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.interop.losses import Conversion

_WHAT = "not a file of Soda; one has `checks for …`, or is a contract with `dataset` and `columns`"
_VALIDITY = ("missing_", "valid_", "invalid_")


def import_soda(sources: Mapping[str, bytes], dialect: str | None = None) -> Conversion:
    """Convert files of checks and contracts of Soda into a valid contract.

    Args:
        sources: File name → its bytes; together they become one contract.
        dialect: SQL that conditions are written in, as sqlglot names it.

    Raises:
        ContractError: A file is neither; says where.
    """
    documents = {file: _parse(source, file) for file, source in sources.items()}
    file = next(iter(documents))
    name = stem(file) if len(documents) == 1 else PurePath(file).parent.name or "soda"
    draft = ForeignDraft(file, name)
    draft.put_head()
    declared = []
    for file, document in documents.items():
        said = TrackedMapping(document, file if len(documents) > 1 else "", draft.losses)
        if is_sodacl(document):
            read_sodacl(said, draft, dialect)
            said.end()
        else:
            declared.append((said, _declare(said, draft, dialect)))
    for said, (table, columns) in declared:
        _read_checks(said, table, columns)
        said.end()
    return draft.finish()


def _parse(source: bytes, file: str) -> dict[str, Any]:
    document = read_mapping(source, file, _WHAT)
    if not is_sodacl(document) and not isinstance(document.get("dataset"), str):
        raise refused(file, _WHAT)
    return document


def _declare(
    said: TrackedMapping, draft: ForeignDraft, dialect: str | None
) -> tuple[ForeignTable, list[tuple[str, TrackedMapping]]]:
    """Add a table with its columns and their types; return it with the columns as written."""
    dataset = said.text("dataset") or ""
    *_, schema, name = ["", *dataset.split("/")]
    for key in ("data_source", "database"):
        said.take(key, str)
    schema = said.text("schema") or schema
    table = draft.add_table(name, "dataset", schema=schema or None)
    # Without a schema check nobody looks for other columns.
    table.put("extra_columns", "allow", said.at("dataset"))
    columns = []
    for item in said.mappings("columns"):
        called = item.text("name")
        if called is None:
            item.add_loss("has no name")
            continue
        column = table.add_column(called, item.path)
        text, length = item.text("data_type"), item.take("character_maximum_length", int)
        if text:
            known = read_sql_type(text, dialect)
            table.put_known_type(column, text, known, item.at("data_type"))
        if length:
            table.put_key(column, "max_length", length, item.path)
        if item.take("optional", bool):
            draft.add_loss(item.at("optional"), "a declared column is always needed")
        columns.append((column, item))
    return table, columns


def _read_checks(
    said: TrackedMapping, table: ForeignTable, columns: list[tuple[str, TrackedMapping]]
) -> None:
    options = {}
    try:
        where = take_condition(said, "filter", None)
    except NotConvertibleError as error:
        table.draft.add_loss(said.at("filter"), f"{error}; no check is imported")
        return
    if where:
        options["where"] = where
    for column, item in columns:
        beside = {key: item.take(key, object) for key in list(item) if key.startswith(_VALIDITY)}
        for check in item.mappings("checks"):
            _with_validity(check, beside)
            read_contract_check(check, table, column, options)
        item.end()
    for check in said.mappings("checks"):
        read_contract_check(check, table, None, options)


def _with_validity(check: TrackedMapping, beside: dict[str, Any]) -> None:
    """Give a check what its column says of missing and valid values."""
    if not beside:
        return
    if "type" in check:
        check.add_default(TrackedMapping(beside, check.path, []))
        return
    for kind in ("missing", "invalid", "duplicate"):
        if kind in list(check):
            own = check.take(kind, dict) or {}
            known = {
                key: value
                for key, value in beside.items()
                if kind == "invalid" or key.startswith("missing_")
            }
            check.add_default(TrackedMapping({kind: {**known, **own}}, check.path, []))
