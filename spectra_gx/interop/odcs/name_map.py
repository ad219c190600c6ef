"""The names in an ODCS file and the tables and columns that they become."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop import valid_names
from spectra_gx.interop.contract_draft import Draft

_QUALIFIED = re.compile(r"/?schema/(?P<table>[^/]+)/properties/(?P<column>[^/]+)")
_OBJECT = re.compile(r"\$?\{(?:object|table|model|schema)\}")
_PROPERTY = re.compile(r"\$?\{(?:property|column|field)\}")
_TABLE = re.compile(
    r"(?P<word>\b(?:from|join)\s+)(?P<name>[\w.]+|\"[^\"]+\"|`[^`]+`)", re.IGNORECASE
)


@dataclass
class TableNames:
    """The names of a table and its columns in the contract."""

    name: str
    columns: list[str]
    """In the file's order."""

    by_name: dict[str, str] = field(default_factory=dict)
    """Name, id and physical name → column."""


@dataclass
class NameMap:
    """Every table of a file."""

    tables: list[TableNames]
    by_name: dict[str, TableNames]

    def resolve(self, reference: str) -> tuple[str, str] | None:
        """Return the table and column that a reference means, by their names in the contract.

        A table that is not in the file keeps its name. None if it does not name a column.
        """
        qualified = _QUALIFIED.fullmatch(reference)
        if qualified is None and ("#" in reference or "/" in reference):
            return None
        owner, _, column = reference.rpartition(".")
        if qualified is not None:
            owner, column = qualified["table"], qualified["column"]
        for place in (at for at, letter in enumerate(reference) if letter == "."):
            named = self.by_name.get(reference[:place])
            if named is not None and reference[place + 1 :] in named.by_name:
                return named.name, named.by_name[reference[place + 1 :]]
        table = self.by_name.get(owner)
        if table is None:
            return (owner, column) if owner and column else None
        return table.name, table.by_name.get(column, column)

    def column(self, table: str, name: str) -> str:
        """Return the name in the contract of a table's column."""
        known = {found.name: found for found in self.tables}.get(table)
        return known.by_name.get(name, name) if known else name

    def in_sql(self, query: str, table: str, column: str | None) -> str:
        """Return a query with its tables written as in a contract: `{schema.table}`."""
        own = "{table}"
        query = _OBJECT.sub(own, query)
        if column is not None:
            quoted = quote_name(column)
            query = _PROPERTY.sub(lambda _: quoted, query)

        def named(match: re.Match[str]) -> str:
            known = self.by_name.get(match["name"].strip('"`'))
            if known is None:
                return match[0]
            return match["word"] + (own if known.name == table else f"{{{known.name}}}")

        return _TABLE.sub(named, query.strip().rstrip(";").rstrip())


class OdcsDraft(Draft):
    """A draft made of an ODCS file, with the names of its tables and columns."""

    def __init__(self) -> None:
        super().__init__()
        self.names = NameMap([], {})


def build_name_map(document: dict[str, Any], stage: str) -> NameMap:
    """Choose a valid and distinct name for every table and column."""
    tables: list[TableNames] = []
    by_name: dict[str, TableNames] = {}
    taken: set[str] = set()
    for item in _mappings(document.get("schema")):
        wanted = valid_names.table_name(_source_name(item) or "table", stage)
        table = TableNames(valid_names.unique_name(wanted, taken), [])
        taken.add(table.name.lower())
        tables.append(table)
        for key in ("name", "id", "physicalName"):
            if isinstance(item.get(key), str):
                by_name.setdefault(item[key], table)
        _read_columns(item, table)
    return NameMap(tables, by_name)


def _read_columns(item: dict[str, Any], table: TableNames) -> None:
    taken: set[str] = set()
    for property_ in _mappings(item.get("properties")):
        name = valid_names.unique_name(
            valid_names.column_name(_source_name(property_) or ""), taken
        )
        taken.add(name.lower())
        table.columns.append(name)
        for key in ("name", "id", "physicalName"):
            if isinstance(property_.get(key), str):
                table.by_name.setdefault(property_[key], name)


def _source_name(item: dict[str, Any]) -> str | None:
    """Return the name of a table or column in its own system."""
    for key in ("physicalName", "name", "id"):
        name = item.get(key)
        if isinstance(name, str) and name.strip():
            return name.strip()
    return None


def _mappings(value: Any) -> list[dict[str, Any]]:
    """Return the mappings in a list; nothing else in it is a table or column."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
