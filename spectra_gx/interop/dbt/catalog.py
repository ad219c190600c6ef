"""The catalog of dbt, which has the columns of stored tables and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SECTIONS = ("nodes", "sources")


def is_catalog(document: Mapping[str, Any]) -> bool:
    """Return whether a file of dbt is a catalog."""
    metadata = document.get("metadata")
    schema = metadata.get("dbt_schema_version") if isinstance(metadata, dict) else None
    return isinstance(schema, str) and "/catalog/" in schema


def with_stored_columns(
    manifest: Mapping[str, Any], catalogs: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a manifest whose columns have the types of the stored ones, and that has them all.

    A type that the manifest gives itself is kept: it is what was meant.
    """
    merged = dict(manifest)
    for section in _SECTIONS:
        nodes = manifest.get(section)
        if not isinstance(nodes, dict):
            continue
        merged[section] = dict(nodes)
        for catalog in catalogs:
            stored = catalog.get(section)
            for unique_id, node in stored.items() if isinstance(stored, dict) else ():
                known = merged[section].get(unique_id)
                if isinstance(known, dict) and isinstance(node, dict):
                    merged[section][unique_id] = _with_columns(known, node)
    return merged


def _with_columns(known: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    own = known.get("columns")
    columns = {
        key: dict(column)
        for key, column in (own.items() if isinstance(own, dict) else ())
        if isinstance(column, dict)
    }
    keys = {str(column.get("name")).lower(): key for key, column in columns.items()}
    found = stored.get("columns")
    for column in found.values() if isinstance(found, dict) else ():
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            continue
        name, comment = column["name"], column.get("comment")
        key = keys.get(name.lower())
        if key is None:
            columns[name] = {"name": name, "data_type": column.get("type"), "description": comment}
        elif not columns[key].get("data_type"):
            columns[key]["data_type"] = column.get("type")
    return {**known, "columns": columns}
