"""A contract under construction from files that name tables, columns and checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.interop import valid_names
from spectra_gx.interop.contract_document import render_contract
from spectra_gx.interop.foreign.sql_columns import used_columns
from spectra_gx.interop.foreign.type_guess import guess_type
from spectra_gx.interop.foreign_types import ForeignType, parse_foreign_type
from spectra_gx.interop.gx.mapped_rules import ColumnKey, ListedRule, MappedRule, TableKey
from spectra_gx.interop.losses import Conversion
from spectra_gx.interop.odcs.name_map import OdcsDraft, TableNames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.interop.contract_draft import Path

_FIT = {"value", "description"}
_SAYS_NOTHING = {"columns", "extra_columns", "description", "tags"}


class ForeignDraft(OdcsDraft):
    """A draft whose tables and columns have names of another system beside their own."""

    def __init__(self, file: str, name: str) -> None:
        """Start a contract; what its file does not say is made up, and reported by `put_head`."""
        super().__init__()
        self.file = file
        self.stage = valid_names.stage_name(name)
        self.tables: list[ForeignTable] = []
        self._taken: set[str] = set()
        self.put(("contract",), self.stage, file)

    def put_head(
        self, *, version: str | None = None, status: str = "draft", owner: str | None = None
    ) -> None:
        """Set version, status and owner; what is not given is made up and reported."""
        fit = valid_names.semantic_version(version or "")
        if version is not None and fit != version:
            shown = quote(version)
            used = fit or "0.1.0"
            self.add_loss("version", f"{shown} is not a semantic version and became '{used}'")
        if version is None:
            self.add_loss(self.file, "has no version; used '0.1.0'")
        self.put(("version",), fit or "0.1.0", self.file)
        self.put(("status",), status, self.file)
        if owner is None:
            self.add_loss(self.file, "has no owner; replace 'unknown'")
        self.put(("owner",), owner or "unknown", self.file)

    def add_table(self, name: str, origin: str, *, schema: str | None = None) -> ForeignTable:
        """Add a table under a valid and unused name."""
        wanted = valid_names.table_name(name, schema or self.stage)
        own = valid_names.unique_name(wanted, self._taken)
        self._taken.add(own.lower())
        if own != name and own.rpartition(".")[2] != name.rpartition(".")[2]:
            self.add_loss(origin, f"{quote(name)} became '{own}'")
        self.put(("tables", own), {"columns": {}}, origin)
        names = TableNames(own, [])
        self.names.tables.append(names)
        for word in (name, own, own.rpartition(".")[2]):
            self.names.by_name.setdefault(word, names)
        self.tables.append(ForeignTable(self, names, origin, name))
        return self.tables[-1]

    def finish(self) -> Conversion:
        """Return the contract, with a type for every column and a column in every table.

        Raises:
            ContractError: A part that every contract needs is refused.
        """
        if not self.tables:
            self.add_table("unnamed", self.file)
            self.add_loss(self.file, "has no table; replace the placeholder 'unnamed'")
        self._leave_out_empty()
        for table in self.tables:
            table.finish()
        text = render_contract(self.contract())
        return Conversion(text, tuple(dict.fromkeys(self.losses)))

    def _leave_out_empty(self) -> None:
        """Leave out tables of which nothing is known but their names, if others are left."""
        empty = [table for table in self.tables if table.is_empty]
        if len(empty) < len(self.tables):
            for table in empty:
                del self.document["tables"][table.name]
                self.tables.remove(table)
                self.add_loss(table.origin, "has no column and no check; it is left out")


@dataclass
class ForeignTable:
    """A table of a draft."""

    draft: ForeignDraft
    names: TableNames
    origin: str
    source: str
    """Its name in the file."""

    ordered: set[str] = field(default_factory=set)
    """Names of its columns, in lower case."""

    @property
    def name(self) -> str:
        """Its name in the contract."""
        return self.names.name

    @property
    def path(self) -> Path:
        """Its path in the draft."""
        return ("tables", self.name)

    def is_called(self, name: str) -> bool:
        """Return whether a name means this table, with or without its schema."""
        last = name.strip('"`').rpartition(".")[2].lower()
        return last in {known.rpartition(".")[2].lower() for known in (self.name, self.source)}

    def column_path(self, column: str) -> Path:
        """Return the path of a column, by its name in the contract."""
        return (*self.path, "columns", column)

    def add_column(self, name: str, origin: str) -> str:
        """Add a column; return its name in the contract."""
        own = valid_names.unique_name(valid_names.column_name(name), self.ordered)
        self.ordered.add(own.lower())
        self.names.columns.append(own)
        self.names.by_name.setdefault(name, own)
        if own != name:
            self.draft.add_loss(origin, f"{quote(name)} became '{own}'")
        self.draft.put(self.column_path(own), {}, origin)
        return own

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it can be checked."""
        known = self.draft.at(self.path)
        return not self.names.columns and not known.keys() - _SAYS_NOTHING

    def find(self, name: str) -> str | None:
        """Return the column that a name means, as SQL compares names, or None."""
        bare = name.strip().strip('"`[]')
        if bare in self.names.by_name:
            return self.names.by_name[bare]
        same = [own for own in self.names.columns if own.lower() == bare.lower()]
        return same[0] if len(same) == 1 else None

    def column(self, name: str, origin: str) -> str:
        """Return the column that a check names; one that nobody declared is added."""
        return self.find(name) or self.add_column(name.strip().strip('"`[]'), origin)

    def put(self, key: str, value: Any, origin: str) -> None:
        """Set a key of the table."""
        self.draft.put((*self.path, key), value, origin)

    def put_type(self, column: str, text: str, origin: str) -> None:
        """Set a column's type from a name of SQL, Spark or pandas."""
        found = parse_foreign_type(text)
        if found is None:
            found = ForeignType("string", exact=False)
        self.put_known_type(column, text, found, origin)

    def put_known_type(self, column: str, text: str, found: ForeignType, origin: str) -> None:
        """Set a column's type that is converted already, and its length."""
        path = self.column_path(column)
        self.draft.put((*path, "type"), found.type, origin)
        if not found.exact:
            self.draft.add_loss(origin, f"{quote(text)} became '{found.type}'")
        if found.max_length:
            self.put_key(column, "max_length", found.max_length, origin)

    def put_key(self, column: str, key: str, value: Any, origin: str, **options: Any) -> None:
        """Set a key of a column, with options."""
        content = {"value": value, **options} if options else value
        self.draft.put_column_key(self.column_path(column), key, content, origin)

    def is_required(self, column: str) -> bool:
        """Return whether no row that passes has a null in a column."""
        given = self.draft.at((*self.column_path(column), "required"))
        key = self.draft.at((*self.path, "primary_key"))
        if isinstance(given, dict):
            return given.get("value") is True and given.keys() <= _FIT
        return given is True or (isinstance(key, list) and column in key)

    def add_rule(
        self, name: str, predicate: Mapping[str, Any], origin: str, **options: Any
    ) -> None:
        """Add a rule to the table's list."""
        self.draft.add_rule(self.name, {"id": name, **predicate, **options}, origin)

    def write(
        self, rule: MappedRule, name: str | None, otherwise: str, origin: str, **options: Any
    ) -> None:
        """Add a rule under its own name if it has one; a key of a column has none."""
        match rule:
            case ColumnKey(column, key, value) if name is None:
                self.put_key(column, key, value, origin, **options)
            case ColumnKey(column, key, value):
                self.add_rule(name or otherwise, {"column": column, key: value}, origin, **options)
            case TableKey("columns"):
                return
            case TableKey(key, value):
                self._put_table_key(key, value, origin, options)
            case ListedRule(entry):
                self.add_rule(name or otherwise, entry, origin, **options)

    def _put_table_key(self, key: str, value: Any, origin: str, options: dict[str, Any]) -> None:
        content = {"value": value, **options} if options else value
        current = self.draft.at((*self.path, key))
        if key == "extra_columns":
            lenient = value == "fail" and options.get("severity") == "warning"
            self.put(key, "warn" if lenient else value, origin)
        elif current in (None, content):
            self.put(key, content, origin)
        elif key == "rows":
            self.add_rule("row-count", {"sql_value": _row_count(value)}, origin, **options)
        else:
            self.draft.add_loss(origin, f"`{key}` of the table is given twice, with other values")

    def finish(self) -> None:
        """Give a column to a table without one, and a type to every column without one."""
        hints = used_columns(self.draft.at(self.path))
        for name in hints:
            self.column(name, self.origin)
        if not self.names.columns:
            self.draft.add_loss(self.origin, "has no column; replace the placeholder 'unnamed'")
            self.draft.put((*self.path, "columns"), {"unnamed": "string"}, self.origin)
        guessed = []
        for column in self.names.columns:
            if self.draft.at((*self.column_path(column), "type")) is None:
                content = self.draft.at(self.column_path(column))
                known = guess_type(column, self.name, self.draft.document)
                chosen = known or hints.get(column) or "string"
                self.draft.put(self.column_path(column), {"type": chosen, **content}, self.origin)
                guessed.append(f"{quote(column)} ({chosen})")
        if guessed:
            reason = f"no type is given for {', '.join(guessed)}; replace what is wrong"
            self.draft.add_loss(self.origin, reason)


def _row_count(bounds: Mapping[str, Any]) -> dict[str, Any]:
    """Return bounds of `rows`, which a table has once, as those of a query."""
    count = "select count(*) from {table}"
    if "same_as" in bounds:
        other = f"select count(*) from {{{bounds['same_as']}}}"
        return {"query": f"select ({count}) - ({other})", "min": 0, "max": 0}
    if "equals" in bounds:
        return {"query": count, "min": bounds["equals"], "max": bounds["equals"]}
    return {"query": count, **bounds}
