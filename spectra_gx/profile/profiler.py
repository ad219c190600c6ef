"""Profile existing tables and write a contract that they pass."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.contract.model import Column, Table
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import UsageError
from spectra_gx.profile.column_profile import TableProfile
from spectra_gx.profile.contract_writer import render_contract
from spectra_gx.profile.declared_keys import add_declared_keys, declared_references
from spectra_gx.profile.key_detection import find_key
from spectra_gx.profile.near_misses import count_repeated, find_near_key
from spectra_gx.profile.nested_scan import add_nested
from spectra_gx.profile.opening import open_tables
from spectra_gx.profile.personal_data import find_personal_data
from spectra_gx.profile.references import find_references
from spectra_gx.profile.table_scan import scan
from spectra_gx.warehouse.datafusion_sessions import new_session
from spectra_gx.warehouse.delta.error_translation import translate_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.profile.column_profile import Reference
    from spectra_gx.profile.references import CountMissing
    from spectra_gx.profile.table_access import OpenTable
    from spectra_gx.warehouse.sensitivity import Classifications
    from spectra_gx.warehouse.warehouse import Warehouse

DEFAULT_STAGE = "stage"


def profile(
    named: Sequence[str],
    warehouse: Warehouse,
    stage: str | None = None,
    known: Classifications | None = None,
    credentials: str | None = None,
) -> str:
    """Return the text of a contract for tables, in canonical form.

    Args:
        named: Each `schema.table`, the folder of a Delta or Iceberg table, Parquet, CSV or JSON
            lines files, or a folder of any of these; folders and files by their paths, or by their
            addresses in an object store.
        warehouse: Contains the named tables; locations are relative to it.
        stage: The contract's stage; by default the schema of the first table that has one.
        known: Classifications in other contracts.
        credentials: The name of what opens addresses outside of the warehouse.

    Raises:
        ContractError: A contract cannot declare something, such as a column's name.
        UsageError: A table is named twice, or has no column that a contract can declare, or
            `credentials` opens nothing.
        WarehouseError: A table does not exist or cannot be read.
    """
    found = open_tables(named, warehouse, credentials)
    schemas = [table.name.partition(".")[0] for table in found.tables]
    stage = stage or next(filter(None, schemas), DEFAULT_STAGE)
    names = name_tables(found.tables, stage)
    for name in names:
        if [other.lower() for other in names].count(name.lower()) > 1:
            raise UsageError(f"two of these tables would be `{name}`; run `init` for each")
    tables = profile_tables(dict(zip(names, found.tables, strict=True)), known)
    return render_contract(stage, tables, f"{stage}.contract.yaml", found.left_out)


def name_tables(tables: Sequence[OpenTable], stage: str) -> list[str]:
    """Return the name of each table in the contract of a stage."""
    schema = stage.replace("-", "_")
    return [f"{schema}{one.name}" if one.name.startswith(".") else one.name for one in tables]


def profile_tables(
    opened: Mapping[str, OpenTable], known: Classifications | None
) -> list[TableProfile]:
    """Return the profiles of tables, by name, with references between them.

    `known` are classifications in other contracts.
    """
    tables = [profile_table(name, table, known) for name, table in opened.items()]
    return add_references(tables, opened)


def add_references(
    tables: Sequence[TableProfile],
    opened: Mapping[str, OpenTable],
    keys: Mapping[str, OpenTable] = MappingProxyType({}),
) -> list[TableProfile]:
    """Return profiles with the references between their tables, and to others.

    Args:
        tables: With the columns whose references are looked for.
        opened: Their tables, by name.
        keys: Tables that may be referred to as well: name → its key alone.
    """
    parents = {**opened, **keys}
    missing = _count_missing(parents)
    others = [_profile_key(name, table) for name, table in keys.items()]
    found = find_references(tables, [*tables, *others], missing)
    declared = declared_references(opened, parents, missing)
    return [
        replace(table, references=_together(declared.get(table.name, ()), found[table.name]))
        for table in tables
    ]


def _together(declared: Sequence[Reference], found: Sequence[Reference]) -> tuple[Reference, ...]:
    """Return declared references, and those found of other columns."""
    taken = {one.columns for one in declared}
    return (*declared, *(one for one in found if one.columns not in taken))


def profile_table(name: str, opened: OpenTable, known: Classifications | None) -> TableProfile:
    """Return the profile of a table."""
    rows, columns = scan(opened.types, opened.query)
    key = find_key(columns, rows, opened.query)
    columns = find_personal_data(columns, opened.query)
    columns = count_repeated(add_nested(columns, opened.query), key, opened.query)
    classified = _classified(name, opened, known)
    profile = TableProfile(
        name=name,
        rows=rows,
        columns=tuple(replace(one, classified=classified[one.name]) for one in columns),
        key=key,
        version=opened.version,
        location=opened.location,
        credentials=opened.credentials,
        format=opened.format,
        csv=opened.csv,
        remarks=opened.remarks,
        partitioned_by=opened.partitioned_by,
        left_out=opened.left_out,
    )
    profile = add_declared_keys(profile, opened)
    if profile.key:
        return profile
    return replace(profile, near_key=find_near_key(columns, rows, opened.query))


def _profile_key(name: str, opened: OpenTable) -> TableProfile:
    rows, columns = scan(opened.types, opened.query)
    return TableProfile(name, rows, columns, tuple(opened.types))


def _classified(
    name: str, opened: OpenTable, known: Classifications | None
) -> Mapping[str, str | None]:
    """Return column → its classification in another contract about the same data."""
    columns = tuple(Column(column, text, ()) for column, text in opened.types.items())
    table = Table(name, columns, (), location=opened.location, format=opened.format, csv=opened.csv)
    if known is not None:
        table = known.applied_to(table)
    return {column.name: column.classification for column in table.columns}


def _count_missing(opened: Mapping[str, OpenTable]) -> CountMissing:
    """Return what counts rows without a parent, over all of the tables."""
    session = new_session()
    aliases: dict[str, str] = {}

    def alias(table: str) -> str:
        if table not in aliases:
            aliases[table] = f"t{len(aliases)}"
            opened[table].register(session, aliases[table])
        return aliases[table]

    def count(child: str, columns: Sequence[str], parent: str, to: Sequence[str]) -> int:
        own = [f"c.{quote_name(one)}" for one in columns]
        theirs = [f"p.{quote_name(one)}" for one in to]
        same = " AND ".join(f"{a} = {b}" for a, b in zip(own, theirs, strict=True))
        given = " AND ".join(f"{one} IS NOT NULL" for one in own)
        with translate_errors(f"tables `{child}` and `{parent}` cannot be read"):
            answer = session.execute(
                f"SELECT count(*) AS n FROM {alias(child)} AS c WHERE {given} "
                f"AND NOT EXISTS (SELECT 1 FROM {alias(parent)} AS p WHERE {same})"
            )
            [row] = pa.RecordBatchReader.from_stream(answer).read_all().to_pylist()
        return int(row["n"])

    return count
