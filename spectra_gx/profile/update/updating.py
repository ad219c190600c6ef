"""Add what is new in the data to the text of a contract: columns, tables, values as comments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import is_database_address
from spectra_gx.engines.databases.opening import Databases
from spectra_gx.errors import ConfigurationError, EngineError, UsageError, WarehouseError
from spectra_gx.profile.contract_writer import formatted_tables, yaml_of
from spectra_gx.profile.opening import OpenTables, open_tables
from spectra_gx.profile.profiler import add_references, name_tables, profile_table
from spectra_gx.profile.update.declared_tables import open_declared
from spectra_gx.profile.update.draft import Draft, refuse_loss
from spectra_gx.profile.update.insertion import YamlFile
from spectra_gx.profile.update.new_columns import (
    add_columns,
    of_new_columns,
    profile_new_columns,
)
from spectra_gx.profile.update.new_values import comment_on, find_new_values
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.profile.column_profile import TableProfile
    from spectra_gx.profile.table_access import OpenTable
    from spectra_gx.warehouse.sensitivity import Classifications
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class UpdatedContract:
    """The text of a contract with what is new in its data."""

    source: bytes
    added: tuple[str, ...] = ()
    """What was added, a line each."""

    by_hand: tuple[str, ...] = ()
    """What is new and cannot be added to a file that is written as this one is."""

    left_out: Mapping[str, str] = field(default_factory=dict)
    """File, folder or table among those that were named → why it was not added."""


def update_contract(
    source: bytes,
    file: str,
    contract: StageContract,
    named: Sequence[str],
    warehouse: Warehouse,
    known: Classifications | None = None,
    credentials: str | None = None,
    elsewhere: Collection[str] = (),
) -> UpdatedContract:
    """Return a contract with what is new in its data; nothing that is written is changed.

    Args:
        source: The file.
        file: Its name in messages.
        contract: What the file says, where its tables are in this environment.
        named: Tables to add, as for `profile`; without any, those that are stored in the schemas
            of the contract and that no contract declares.
        warehouse: Contains the tables.
        known: Classifications in all contracts.
        credentials: The name of what opens addresses of the named tables.
        elsewhere: Tables that other contracts declare.

    Raises:
        UsageError: A named table has a name that is taken, or the file cannot be changed safely.
        WarehouseError: A named table does not exist or cannot be read.
    """
    draft = Draft(YamlFile(source), file)
    opened = dict(_opened(contract, warehouse))
    names = named or _undeclared(contract, warehouse, elsewhere)
    found = open_tables(names, warehouse, credentials) if names else OpenTables((), {})
    unknown = [one for one in found.tables if not _is_declared(one, contract, warehouse)]
    new = _named(unknown, draft, contract)
    profiles = _profiled(contract, opened, new, known)
    for table in contract.tables:
        if table.name in profiles:
            add_columns(draft, table, profiles[table.name])
        if table.name in opened:
            sensitive = table if known is None else known.applied_to(table)
            _add_values(draft, sensitive, opened[table.name])
    if new:
        _add_tables(draft, [profiles[name] for name in new])
    updated = draft.file.insert(draft.insertions)
    if draft.insertions:
        refuse_loss(source, updated, draft)
    return UpdatedContract(updated, tuple(draft.added), tuple(draft.by_hand), found.left_out)


def _opened(contract: StageContract, warehouse: Warehouse) -> Iterator[tuple[str, OpenTable]]:
    """Yield the declared tables that can be read; what is wrong with others is for `check`."""
    with Databases(warehouse) as databases:
        for table in contract.tables:
            try:
                yield table.name, open_declared(table, warehouse, databases)
            except (WarehouseError, EngineError, ConfigurationError, UsageError):
                continue


def _undeclared(
    contract: StageContract, warehouse: Warehouse, elsewhere: Collection[str]
) -> list[str]:
    declared = {*contract.table_names, *elsewhere}
    schemas = {name.partition(".")[0] for name in contract.table_names}
    return [name for name in warehouse.list_tables(schemas) if name not in declared]


def _is_declared(found: OpenTable, contract: StageContract, warehouse: Warehouse) -> bool:
    if found.location is None:
        return contract.table(found.name) is not None
    return any(
        _is_within(_address(found.location, found.credentials, warehouse), address)
        for table in contract.tables
        if table.location is not None
        for address in [_address(table.location, table.credentials, warehouse)]
    )


def _address(location: str, credentials: str | None, warehouse: Warehouse) -> str:
    if is_database_address(location):
        return location
    return warehouse.locate(location, credentials).uri


def _is_within(path: str, declared: str) -> bool:
    """Return whether an address is one that is declared, below one, or one of its files."""
    if path == declared or path.startswith(f"{declared.rstrip('/')}/"):
        return True
    parts, patterns = path.split("/"), declared.split("/")
    if ANY_DEPTH in patterns:
        return fnmatchcase(path, declared)
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


# -- values ----------------------------------------------------------------------------------------


def _add_values(draft: Draft, table: Table, opened: OpenTable) -> None:
    mapping = draft.file.entry("tables", table.name, "columns")
    for column in table.columns:
        values = find_new_values(column, opened)
        if not values:
            continue
        shown = f"values of `{table.name}.{column.name}` that its `enum` does not have"
        if mapping is None or mapping.style == "{":
            draft.by_hand.append(f"{shown}: {yaml_of(values)}")
            continue
        comment = comment_on(values, draft.file.comments_above(mapping, column.name))
        if comment is not None:
            draft.added.append(f"a comment on {shown}")
            draft.insertions.append(draft.file.comment_above(mapping, column.name, comment))


# -- tables ----------------------------------------------------------------------------------------


def _named(
    found: Sequence[OpenTable], draft: Draft, contract: StageContract
) -> dict[str, OpenTable]:
    """Return new tables by the names that they get in the contract.

    Raises:
        UsageError: Two tables would have one name.
    """
    names = name_tables(found, contract.name)
    taken = [name.lower() for name in (*contract.table_names, *names)]
    for name in names:
        if taken.count(name.lower()) > 1:
            raise UsageError(
                f"two tables would be `{name}` in `{draft.name}`; add one of them by hand"
            )
    return dict(zip(names, found, strict=True))


def _profiled(
    contract: StageContract,
    opened: Mapping[str, OpenTable],
    new: Mapping[str, OpenTable],
    known: Classifications | None,
) -> dict[str, TableProfile]:
    """Return by name the profiles of new tables, and of the new columns of declared ones."""
    grown = {
        table.name: added
        for table in contract.tables
        if table.name in opened
        for added in [of_new_columns(table, opened[table.name])]
        if added is not None
    }
    profiles = [profile_new_columns(name, one, known) for name, one in grown.items()]
    profiles += [profile_table(name, one, known) for name, one in new.items()]
    if not profiles:
        return {}
    keys = dict(_keys(contract, opened))
    return {one.name: one for one in add_references(profiles, {**grown, **new}, keys)}


def _add_tables(draft: Draft, profiles: Sequence[TableProfile]) -> None:
    mapping = draft.file.entry("tables")
    lines = formatted_tables(profiles, draft.name)
    if mapping is None or mapping.style == "{":
        listed = "\n".join(lines)
        draft.by_hand.append(
            f"{len(profiles)} tables: `tables` is in brackets here; write\n{listed}"
        )
        return
    draft.insertions.append(draft.file.append(mapping, ["", *lines]))
    draft.added += [f"table `{one.name}`" for one in profiles]


def _keys(
    contract: StageContract, opened: Mapping[str, OpenTable]
) -> Iterator[tuple[str, OpenTable]]:
    """Yield the declared tables with their primary key alone, which what is new may refer to."""
    for table in contract.tables:
        found = opened.get(table.name)
        if found is not None and table.primary_key and set(table.primary_key) <= found.types.keys():
            types = {column: found.types[column] for column in table.primary_key}
            yield table.name, replace(found, types=types)
