"""A schema object of ODCS as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.catalogue import TABLE_KINDS
from spectra_gx.contract.report import quote
from spectra_gx.contract.tables import TABLE_KEYS
from spectra_gx.interop import names
from spectra_gx.interop.odcs.checks import read_checks
from spectra_gx.interop.odcs.columns import read_element
from spectra_gx.interop.odcs.custom import say_own_words
from spectra_gx.interop.odcs.references import read_relationships
from spectra_gx.interop.odcs.words import KEYS

if TYPE_CHECKING:
    from spectra_gx.interop.draft import Draft, Path
    from spectra_gx.interop.odcs.names import OdcsNames, OdcsTable
    from spectra_gx.interop.taking import Taking

_OWN = frozenset({key.name for key in TABLE_KEYS} | TABLE_KINDS.keys())


def read_tables(odcs: Taking, found: OdcsNames, draft: Draft) -> None:
    """Write every table; where there is none, one that a person replaces."""
    for item, table in zip(odcs.mappings("schema"), found.tables, strict=True):
        _read_table(item, table, found, draft)
    if not found.tables:
        table_name = names.table_name("unnamed", draft.document["contract"])
        draft.lose("schema", f"names no table; '{table_name}' was made up, write yours instead")
        draft.say(("tables", table_name, "columns"), {"unnamed": "string"}, "schema")


def _read_table(item: Taking, table: OdcsTable, found: OdcsNames, draft: Draft) -> None:
    at: Path = ("tables", table.name)
    draft.say(at, {}, item.path)
    _tell_name(item, table.name, draft)
    for key in ("description", "tags"):
        value = item.take(key, str, list)
        if value:
            draft.say((*at, key), value, item.at(key))
    for key, expected in (("physicalType", "table"), ("logicalType", "object")):
        if item.take(key, str) not in (expected, None):
            draft.lose(item.at(key), "the contract language speaks of tables")
    _read_columns(item, table, at, found, draft)
    read_checks(item, at, draft, found)
    say_own_words(item, at, _OWN, draft)
    read_relationships(item, table.name, draft, found)
    item.end()


def _read_columns(item: Taking, table: OdcsTable, at: Path, found: OdcsNames, draft: Draft) -> None:
    positions: dict[str, list[tuple[int, str]]] = {key: [] for key in KEYS}
    for column, name in zip(item.mappings("properties"), table.columns, strict=True):
        _tell_name(column, name, draft)
        for key, (word, position) in KEYS.items():
            place = column.take(position, int) or 0
            if column.take(word, bool):
                positions[key].append((place, name))
        read_element(column, (*at, "columns", name), draft, found)
        column.end()
    if not table.columns:
        draft.lose(item.at("properties"), "names no column; one was made up, write yours instead")
        draft.say((*at, "columns"), {"unnamed": "string"}, item.path)
    for key, placed in positions.items():
        if placed:
            in_order = sorted(placed, key=lambda place: place[0])
            draft.say((*at, key), [name for _, name in in_order], item.path)
    for _, name in positions["primary_key"]:
        # A key is never null, and the contract language says so of each of its columns.
        if draft.at((*at, "columns", name, "required")) is None:
            draft.say((*at, "columns", name, "required"), True, item.path)


def _tell_name(item: Taking, name: str, draft: Draft) -> None:
    """Name what a table or column was called and is not any more."""
    item.take("id", str)
    for key in ("name", "physicalName"):
        called = item.take(key, str)
        if called not in (None, name):
            draft.lose(item.at(key), f"{quote(str(called))} became '{name}'")
