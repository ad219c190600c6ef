"""A manifest of dbt as the property files that it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ADAPTERS = {
    **{
        name: name
        for name in (
            *("athena", "bigquery", "clickhouse", "databricks", "duckdb", "mysql", "postgres"),
            *("redshift", "snowflake", "spark", "trino", "sqlite", "oracle"),
        )
    },
    "sqlserver": "tsql",
    "fabric": "fabric",
    "synapse": "tsql",
}
"""Adapter of dbt → dialect of sqlglot."""

_SECTIONS = {"model": "models", "seed": "seeds", "snapshot": "snapshots"}
_OF_MODEL = (
    *("description", "constraints", "tags", "version", "latest_version", "contract"),
    *("schema", "alias", "relation_name"),
)
_OF_COLUMN = ("name", "description", "data_type", "constraints", "tags")
_NO_TABLES = ("exposures", "metrics", "saved_queries", "semantic_models", "unit_tests")
_OF_SINGLE = ("description", "raw_code", "raw_sql", "compiled_code", "compiled_sql")
_OF_CONFIG = ("where", "severity", "warn_if", "error_if", "fail_calc", "enabled")


def read_adapter(document: Mapping[str, Any]) -> str | None:
    """Return the dialect of the adapter that a manifest names."""
    metadata = document.get("metadata")
    adapter = metadata.get("adapter_type") if isinstance(metadata, dict) else None
    return _ADAPTERS.get(adapter) if isinstance(adapter, str) else None


def properties_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models, seeds, snapshots and sources of a manifest with their tests."""
    nodes, sources = (_mappings(manifest.get(key)) for key in ("nodes", "sources"))
    tests = _tests(nodes)
    document: dict[str, Any] = {section: [] for section in _SECTIONS.values()}
    for unique_id, node in nodes.items():
        section = _SECTIONS.get(str(node.get("resource_type")))
        if section is not None:
            document[section].append(
                {"name": node.get("name"), **_table(node, tests.get(unique_id, []))}
            )
    by_source: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for unique_id, node in sources.items():
        table = _table(node, tests.get(unique_id, []))
        del table["schema"], table["alias"]
        keys = ("identifier", "freshness", "loaded_at_field")
        table |= {key: node[key] for key in keys if node.get(key) is not None}
        owner = (str(node.get("source_name")), str(node.get("schema") or node.get("source_name")))
        by_source.setdefault(owner, []).append({"name": node.get("name"), **table})
    document["sources"] = [
        {"name": name, "schema": schema, "tables": tables}
        for (name, schema), tables in by_source.items()
    ]
    document["data_tests"] = _single_tests(nodes)
    document |= {key: manifest.get(key) for key in _NO_TABLES}
    return document


def _table(node: Mapping[str, Any], tests: list[Mapping[str, Any]]) -> dict[str, Any]:
    columns = [
        {
            **{key: column.get(key) for key in _OF_COLUMN},
            "data_tests": [
                _test(test) for test in tests if _column(test) == str(column.get("name")).lower()
            ],
        }
        for column in _mappings(node.get("columns")).values()
    ]
    names = {str(column["name"]).lower() for column in columns}
    of_table = [_test(test) for test in tests if _column(test) not in names]
    said = {key: node.get(key) for key in _OF_MODEL}
    return {**said, "columns": columns, "data_tests": of_table}


def _column(test: Mapping[str, Any]) -> str:
    return str(test.get("column_name") or "").lower()


def _test(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a test node as an item of a property file."""
    metadata = node["test_metadata"]
    space, name = metadata.get("namespace"), str(metadata.get("name"))
    arguments = metadata.get("kwargs") if isinstance(metadata.get("kwargs"), dict) else {}
    return {
        "test_name": f"{space}.{name}" if space else name,
        "column_name": node.get("column_name"),
        "config": _config(node),
        "arguments": {
            key: value for key, value in arguments.items() if key not in ("model", "column_name")
        },
        "description": node.get("description"),
    }


def _config(node: Mapping[str, Any]) -> dict[str, Any]:
    config = node.get("config")
    return {key: config.get(key) for key in _OF_CONFIG} if isinstance(config, dict) else {}


def _tests(nodes: Mapping[str, dict[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the generic tests by the node that they are attached to."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes.values():
        if node.get("resource_type") == "test" and isinstance(node.get("test_metadata"), dict):
            found.setdefault(_owner(node), []).append(node)
    return found


def _owner(node: Mapping[str, Any]) -> str:
    """Return the node that a test is attached to; old manifests only say what it depends on."""
    attached = node.get("attached_node")
    if isinstance(attached, str):
        return attached
    depends = node.get("depends_on")
    on = depends.get("nodes") if isinstance(depends, dict) else None
    owners = [str(owner) for owner in on] if isinstance(on, list) else []
    # The parent of `relationships` comes first.
    kind = node["test_metadata"].get("name")
    return (owners[-1] if kind == "relationships" else owners[0]) if owners else ""


def _single_tests(nodes: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tests that are queries of their own."""
    return [
        {
            **{key: node.get(key) for key in _OF_SINGLE if node.get(key)},
            "name": str(node.get("name")),
            "config": _config(node),
        }
        for node in nodes.values()
        if node.get("resource_type") == "test" and not isinstance(node.get("test_metadata"), dict)
    ]


def _mappings(value: Any) -> dict[str, dict[str, Any]]:
    return dict(_only_mappings(value)) if isinstance(value, dict) else {}


def _only_mappings(value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, content in value.items():
        if isinstance(content, dict):
            yield key, content
