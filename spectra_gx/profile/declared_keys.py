"""Keys and references that a database declares, each proven on all rows.

Not every database keeps to what it declares: SQLite refers to what is not there, and allows nulls
in a primary key.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import SIMPLE, family
from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.profile.column_profile import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.profile.column_profile import TableProfile
    from spectra_gx.profile.references import CountMissing
    from spectra_gx.profile.table_access import OpenTable


def add_declared_keys(profile: TableProfile, opened: OpenTable) -> TableProfile:
    """Return a profile with the keys that its database declares, where all rows keep to them."""
    declared = opened.declared
    if declared is None:
        return profile
    nulls = {column.name: column.nulls for column in profile.columns}
    unique = [
        columns
        for columns in declared.unique
        if _are_fit(columns, opened) and _is_unique(columns, opened)
    ]
    key = declared.primary_key
    is_key = (
        bool(key)
        and _are_fit(key, opened)
        and not any(nulls[one] for one in key)
        and _is_unique(key, opened)
    )
    return replace(
        profile,
        key=key if is_key else profile.key,
        columns=tuple(
            replace(
                column,
                never_null=column.name in declared.required,
                unique=(column.name,) in unique,
            )
            for column in profile.columns
        ),
        unique=tuple(columns for columns in unique if len(columns) > 1),
    )


def declared_references(
    opened: Mapping[str, OpenTable], parents: Mapping[str, OpenTable], missing: CountMissing
) -> dict[str, tuple[Reference, ...]]:
    """Return table → the references that its database declares.

    Args:
        opened: The tables whose references are looked for.
        parents: These, and others that may be referred to.
        missing: Counts the rows that break one.
    """
    places = {
        (address.place, table.credentials, address.schema, address.table): name
        for name, table in parents.items()
        if table.declared is not None and table.location is not None
        for address in [parse_database_address(table.location)]
    }
    found: dict[str, tuple[Reference, ...]] = {}
    for (place, credentials, schema, _), name in places.items():
        if name not in opened:
            continue
        declared = opened[name].declared
        references = []
        for one in declared.references if declared is not None else ():
            other = one.schema if schema is not None else None
            parent = places.get((place, credentials, other, one.table))
            if parent is None or not _match(one.columns, opened[name], one.to, parents[parent]):
                continue
            broken = missing(name, one.columns, parent, one.to)
            references.append(Reference(one.columns, parent, one.to, broken))
        found[name] = tuple(references)
    return found


def _match(columns: Sequence[str], child: OpenTable, to: Sequence[str], parent: OpenTable) -> bool:
    """Return whether a contract can say that columns refer to others."""
    if not (_are_fit(columns, child) and _are_fit(to, parent)):
        return False
    return all(
        family(child.types[own]) is family(parent.types[other])
        for own, other in zip(columns, to, strict=True)
    )


def _are_fit(columns: Sequence[str], opened: OpenTable) -> bool:
    types = [opened.types.get(column) for column in columns]
    return all(type_ is not None and family(type_) in SIMPLE for type_ in types)


def _is_unique(columns: Sequence[str], opened: OpenTable) -> bool:
    names = [quote_name(column) for column in columns]
    given = " AND ".join(f"{name} IS NOT NULL" for name in names)
    twice = f"SELECT 1 FROM t WHERE {given} GROUP BY {', '.join(names)} HAVING count(*) > 1 LIMIT 1"
    return int(opened.query(twice).num_rows) == 0
