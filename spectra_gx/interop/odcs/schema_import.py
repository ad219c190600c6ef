"""Schema objects of ODCS as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.language.tables import TABLE_KEYS
from spectra_gx.contract.rules.catalogue import TABLE_KINDS
from spectra_gx.interop import valid_names
from spectra_gx.interop.odcs.custom_properties import put_own_properties
from spectra_gx.interop.odcs.property_import import read_element
from spectra_gx.interop.odcs.quality_import import read_checks
from spectra_gx.interop.odcs.relationships import read_relationships
from spectra_gx.interop.odcs.vocabulary import KEYS

if TYPE_CHECKING:
    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.odcs.name_map import OdcsDraft, TableNames
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_OWN = frozenset({key.name for key in TABLE_KEYS} | TABLE_KINDS.keys())


def read_tables(odcs: TrackedMapping, draft: OdcsDraft) -> None:
    """Import every table; a file without one gets a placeholder."""
    for item, table in zip(odcs.mappings("schema"), draft.names.tables, strict=True):
        _read_table(item, table, draft)
    if not draft.names.tables:
        table_name = valid_names.table_name("unnamed", draft.document["contract"])
        draft.add_loss("schema", f"has no table; replace the placeholder '{table_name}'")
        draft.put(("tables", table_name, "columns"), {"unnamed": "string"}, "schema")


def _read_table(item: TrackedMapping, table: TableNames, draft: OdcsDraft) -> None:
    at: Path = ("tables", table.name)
    draft.put(at, {}, item.path)
    _report_rename(item, table.name, draft)
    for key in ("description", "tags"):
        value = item.take(key, str, list)
        if value:
            draft.put((*at, key), value, item.at(key))
    for key, expected in (("physicalType", "table"), ("logicalType", "object")):
        if item.take(key, str) not in (expected, None):
            draft.add_loss(item.at(key), "the contract language only has tables")
    _read_columns(item, table, at, draft)
    read_checks(item, at, draft)
    put_own_properties(item, at, _OWN, draft)
    read_relationships(item, table.name, draft)
    item.end()


def _read_columns(item: TrackedMapping, table: TableNames, at: Path, draft: OdcsDraft) -> None:
    positions: dict[str, list[tuple[int, str]]] = {key: [] for key in KEYS}
    for column, name in zip(item.mappings("properties"), table.columns, strict=True):
        _report_rename(column, name, draft)
        for key, (word, position) in KEYS.items():
            place = column.take(position, int) or 0
            if column.take(word, bool):
                positions[key].append((place, name))
        read_element(column, (*at, "columns", name), draft)
        column.end()
    if not table.columns:
        draft.add_loss(item.at("properties"), "has no column; replace the placeholder")
        draft.put((*at, "columns"), {"unnamed": "string"}, item.path)
    for key, placed in positions.items():
        if placed:
            in_order = sorted(placed, key=lambda place: place[0])
            draft.put((*at, key), [name for _, name in in_order], item.path)


def _report_rename(item: TrackedMapping, name: str, draft: OdcsDraft) -> None:
    """Report a name of a table or column that changed."""
    item.take("id", str)
    for key in ("name", "physicalName"):
        called = item.take(key, str)
        if called not in (None, name):
            draft.add_loss(item.at(key), f"{quote(str(called))} became '{name}'")
