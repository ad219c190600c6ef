"""Models, seeds, snapshots and sources of dbt as tables, with the tests that are still to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.dbt.constraints import read_constraints
from spectra_gx.interop.dbt.freshness import read_freshness
from spectra_gx.interop.foreign.sql_types import read_sql_type
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.interop.dbt.references import References
    from spectra_gx.interop.foreign.draft import ForeignDraft, ForeignTable

_TESTS = ("tests", "data_tests")
CONTRACT_TABLE = "contract_table"
"""Key of a model's `meta`: the table's name in the contract, which our export writes."""

_ABOUT_MODEL = ("unique_id", "resource_type")


@dataclass
class Model:
    """A table and the tests of it that are still to be read."""

    table: ForeignTable
    tests: list[tuple[str, Any]] = field(default_factory=list)
    column_tests: list[tuple[str, list[tuple[str, Any]]]] = field(default_factory=list)


def declare_models(
    item: TrackedMapping, draft: ForeignDraft, references: References, dialect: str | None
) -> Iterator[Model]:
    """Add a model, or each of its versions, with its columns; yield what has tests."""
    name = item.text("name")
    if name is None:
        item.add_loss("has no name")
        return
    content = item.rest()
    versions = [entry for entry in content.pop("versions", None) or () if isinstance(entry, dict)]
    latest = content.pop("latest_version", None)
    if not versions:
        # A manifest has a node for each version.
        own = content.pop("version", None)
        called = name if own is None else f"{name}_v{own}"
        model = _declare(
            called, TrackedMapping(content, item.path, draft.losses), draft, references, dialect
        )
        references.add_model(name, model.table, None if own is None else str(own))
        if own == latest or own is None:
            references.add_model(name, model.table)
        yield model
        return
    numbers = [entry.get("v") for entry in versions]
    newest = latest if latest is not None else max(numbers, key=_version_order)
    for place, entry in enumerate(versions):
        version, alias = entry.get("v"), f"{name}_v{entry.get('v')}"
        said = _of_version(content, entry)
        path = f"{item.at('versions')}[{place}]"
        model = _declare(
            alias, TrackedMapping(said, path, draft.losses), draft, references, dialect
        )
        references.add_model(name, model.table, str(version))
        if version == newest:
            references.add_model(name, model.table)
        yield model


def _version_order(version: Any) -> tuple[float, str]:
    """Return what versions are compared by: numbers as numbers, others as texts."""
    return float(version) if isinstance(version, int | float) else -1.0, str(version)


def _of_version(content: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return what a version says, with the columns that it takes over from its model."""
    own = {key: value for key, value in entry.items() if key not in ("v", "defined_in")}
    columns = own.pop("columns", None)
    listed_before = content.get("columns")
    inherited = listed_before if isinstance(listed_before, list) else []
    if isinstance(columns, list):
        chosen = next((c for c in columns if isinstance(c, dict) and "include" in c), {})
        listed = [c for c in columns if isinstance(c, dict) and "include" not in c]
        names = {str(column.get("name")) for column in listed}
        excluded = {*_texts(chosen.get("exclude")), *names}
        included = _texts(chosen.get("include"))
        inherited = [
            column
            for column in inherited
            if isinstance(column, dict)
            and (included in (["all"], ["*"]) or column.get("name") in included)
            and str(column.get("name")) not in excluded
        ] + listed
    return {**content, **own, "columns": inherited}


def add_source_tables(
    item: TrackedMapping, draft: ForeignDraft, references: References, dialect: str | None
) -> Iterator[Model]:
    """Add every table of a source with its columns and its freshness."""
    name = item.text("name") or "source"
    schema = item.text("schema") or name
    if "{{" in schema:
        draft.add_loss(item.at("schema"), f"contains a template; used '{name}'")
        schema = name
    config = item.mapping("config")
    around = {
        key: config.take(key, object) or item.take(key, object)
        for key in ("freshness", "loaded_at_field")
    }
    config.end()
    for table in item.mappings("tables"):
        called = table.text("name") or "table"
        stored = table.text("identifier") or called
        model = _declare(f"{schema}.{stored}", table, draft, references, dialect, around)
        references.add_source(name, called, model.table)
        yield model
    item.end()


def _declare(
    name: str,
    item: TrackedMapping,
    draft: ForeignDraft,
    references: References,
    dialect: str | None,
    around: dict[str, Any] | None = None,
) -> Model:
    config = item.mapping("config")
    schema, alias = config.text("schema"), config.text("alias")
    schema = item.text("schema") or schema
    if schema and "{{" in schema:
        draft.add_loss(item.at("schema"), "contains a template and is not imported")
        schema = None
    meta = config.mapping("meta")
    stored = meta.text(CONTRACT_TABLE) or item.text("alias") or alias or name
    meta.end()
    table = draft.add_table(stored, item.path, schema=schema)
    relation = item.text("relation_name")
    if relation:
        references.add_relation(relation, table)
    model = Model(table)
    _describe(item, table)
    contract = config.mapping("contract")
    enforced = contract.take("enforced", bool)
    contract.take("alias_types", object)
    contract.take("checksum", object)
    inner = item.mapping("contract")
    enforced = inner.take("enforced", bool) or enforced
    table.put("extra_columns", "fail" if enforced else "allow", item.at("config"))
    types = config.take("column_types", dict) or {}
    for column in item.mappings("columns"):
        _declare_column(column, model, types, dialect)
    read_constraints(item, table, None, references, dialect)
    read_freshness(item, config, table, around or {}, dialect)
    for key in _TESTS:
        model.tests += list(item.items(key))
    for key in _ABOUT_MODEL:
        item.take(key, object)
    config.end()
    item.end()
    return model


def _declare_column(
    item: TrackedMapping, model: Model, types: dict[str, Any], dialect: str | None
) -> None:
    table = model.table
    called = item.text("name")
    if called is None:
        item.add_loss("has no name")
        return
    column = table.add_column(called, item.path)
    given = item.text("data_type") or types.get(called)
    if isinstance(given, str) and given.strip():
        table.put_known_type(column, given, read_sql_type(given, dialect), item.at("data_type"))
    description = item.text("description")
    if description and "{{" in description:
        table.draft.add_loss(item.at("description"), "contains a template and is not imported")
    elif description:
        table.draft.put((*table.column_path(column), "description"), description, item.path)
    config = item.mapping("config")
    tags = [*_texts(item.take("tags", str, list)), *_texts(config.take("tags", str, list))]
    if tags:
        unique = list(dict.fromkeys(tags))
        table.draft.put((*table.column_path(column), "tags"), unique, item.at("tags"))
    item.take("quote", object)
    read_constraints(item, table, column, None, dialect)
    items = [found for key in _TESTS for found in item.items(key)]
    if items:
        model.column_tests.append((called, items))
    config.end()
    item.end()


def _describe(item: TrackedMapping, table: ForeignTable) -> None:
    description = item.text("description")
    if description and "{{" in description:
        table.draft.add_loss(item.at("description"), "contains a template and is not imported")
    elif description:
        table.put("description", description, item.at("description"))
    tags = _texts(item.take("tags", str, list))
    if tags:
        table.put("tags", tags, item.at("tags"))


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [text for text in several if isinstance(text, str) and text.strip()]
