"""Add what is new in the data to the text of a contract: columns, tables, values as comments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.database_addresses import is_database_address
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.loading import parse_document
from spectra_gx.contract.yaml.cst import list_comments
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.engines.databases.opening import Databases
from spectra_gx.errors import ConfigurationError, EngineError, UsageError, WarehouseError
from spectra_gx.profile.contract_writer import (
    column_in_brackets,
    formatted_columns,
    formatted_tables,
    yaml_of,
)
from spectra_gx.profile.opening import OpenTables, open_tables
from spectra_gx.profile.profiler import name_tables, profile_table, profile_tables
from spectra_gx.profile.update.declared_tables import open_declared
from spectra_gx.profile.update.insertion import Insertion, YamlFile
from spectra_gx.profile.update.new_values import comment_on, find_new_values
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spectra_gx.contract.model import StageContract, Table
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


@dataclass
class _Draft:
    """A file, and what is to be inserted."""

    file: YamlFile
    name: str
    insertions: list[Insertion] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)


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
    draft = _Draft(YamlFile(source), file)
    opened = dict(_opened(contract, warehouse))
    for table in contract.tables:
        if table.name in opened:
            _add_columns(draft, table, opened[table.name], known)
            sensitive = table if known is None else known.applied_to(table)
            _add_values(draft, sensitive, opened[table.name])
    names = named or _undeclared(contract, warehouse, elsewhere)
    found = open_tables(names, warehouse, credentials) if names else OpenTables((), {})
    new = [one for one in found.tables if not _is_declared(one, contract, warehouse)]
    _add_tables(draft, contract, new, opened, known)
    updated = draft.file.insert(draft.insertions)
    if draft.insertions:
        _refuse_loss(source, updated, draft)
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


# -- columns and values ----------------------------------------------------------------------------


def _add_columns(
    draft: _Draft, table: Table, opened: OpenTable, known: Classifications | None
) -> None:
    declared = {column.name for column in table.columns}
    folded = {name.lower() for name in declared} if table.format is TableFormat.DELTA else set()
    types = {
        name: type_
        for name, type_ in opened.types.items()
        if name not in declared and name.lower() not in folded
    }
    if not types:
        return
    profile = profile_table(table.name, replace(opened, types=types, left_out={}), known)
    profile = replace(profile, key=())
    mapping = draft.file.entry("tables", table.name, "columns")
    if _has_likes(draft.file, table.name):
        mapping = None
    for column in profile.columns:
        shown = f"column `{column.name}` of `{table.name}`"
        if mapping is None:
            written = column_in_brackets(column, profile)
            draft.by_hand.append(
                f"{shown}: its columns are listed elsewhere, or for other tables as well; write "
                f"`{written}`"
            )
            continue
        draft.added.append(shown)
        if mapping.style == "{":
            entry = column_in_brackets(column, profile)
            draft.insertions.append(draft.file.append_in_brackets(mapping, entry))
    if mapping is not None and mapping.style != "{":
        draft.insertions.append(draft.file.append(mapping, formatted_columns(profile, draft.name)))


def _has_likes(file: YamlFile, name: str) -> bool:
    """Return whether another table is `like` a table, and would have its new columns, too."""
    tables = file.entry("tables")
    likes = [
        file.entry("tables", one.name, "like") for one in (tables.entries or () if tables else ())
    ]
    return any(like is not None and like.text == name for like in likes)


def _add_values(draft: _Draft, table: Table, opened: OpenTable) -> None:
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


def _add_tables(
    draft: _Draft,
    contract: StageContract,
    new: Sequence[OpenTable],
    opened: Mapping[str, OpenTable],
    known: Classifications | None,
) -> None:
    names = name_tables(new, contract.name)
    taken = [name.lower() for name in (*contract.table_names, *names)]
    for name in names:
        if taken.count(name.lower()) > 1:
            raise UsageError(
                f"two tables would be `{name}` in `{draft.name}`; add one of them by hand"
            )
    if not new:
        return
    profiles = profile_tables(
        dict(zip(names, new, strict=True)), known, dict(_keys(contract, opened))
    )
    mapping = draft.file.entry("tables")
    lines = formatted_tables(profiles, draft.name)
    if mapping is None or mapping.style == "{":
        listed = "\n".join(lines)
        draft.by_hand.append(f"{len(new)} tables: `tables` is in brackets here; write\n{listed}")
        return
    draft.insertions.append(draft.file.append(mapping, ["", *lines]))
    draft.added += [f"table `{name}`" for name in names]


def _keys(
    contract: StageContract, opened: Mapping[str, OpenTable]
) -> Iterator[tuple[str, OpenTable]]:
    """Yield the declared tables with their primary key alone, which new ones may refer to."""
    for table in contract.tables:
        found = opened.get(table.name)
        if found is not None and table.primary_key and set(table.primary_key) <= found.types.keys():
            types = {column: found.types[column] for column in table.primary_key}
            yield table.name, replace(found, types=types)


# -- safety ----------------------------------------------------------------------------------------


def _refuse_loss(source: bytes, updated: bytes, draft: _Draft) -> None:
    """Refuse a text that says anything else than before beside what was added.

    Raises:
        UsageError: It does.
    """
    before, after = parse_document(source, draft.name), parse_document(updated, draft.name)
    if before.root is not None and after.root is not None:
        text = updated.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        kept = not Counter(list_comments(draft.file.text)) - Counter(list_comments(text))
        sound = len(after.report.problems) <= len(before.report.problems)
        if kept and sound and _contains(plain_value(after.root), plain_value(before.root)):
            return
    listed = "\n".join(one.text.rstrip("\n") for one in draft.insertions)
    raise UsageError(f"`{draft.name}` cannot be changed safely; add by hand what is new:\n{listed}")


def _contains(new: Any, old: Any) -> bool:
    """Return whether a value is another one, but for entries at the end of its mappings."""
    if isinstance(old, dict) and isinstance(new, dict):
        first = list(new)[: len(old)]
        return first == list(old) and all(_contains(new[key], old[key]) for key in old)
    return bool(new == old)
