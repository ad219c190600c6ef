"""Tests of dbt that are queries of their own, as `sql` rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.dbt.test_item import read_test
from spectra_gx.interop.foreign.counts import counted
from spectra_gx.interop.foreign.sql import (
    NotConvertibleError,
    convert_query,
    has_template,
    reading_check,
    refuse_templates,
)
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.dbt.references import References
    from spectra_gx.interop.foreign.draft import ForeignDraft, ForeignTable

_WRITTEN = ("raw_code", "raw_sql", "compiled_code", "compiled_sql")
_SILENT = re.compile(r"\{#.*?#\}|\{\{-?\s*config\s*\(.*?\)\s*-?\}\}", re.DOTALL)
"""Comments, and the configuration, which a manifest has beside the query."""

_REFERENCE = re.compile(r"\{\{-?\s*((?:ref|source)\s*\([^(){}]*\))\s*-?\}\}")
_MARK = "imported_table_{}"
_MARKED = re.compile(r'"?\bimported_table_(\d+)\b"?')


def read_single_test(
    item: Any, path: str, references: References, draft: ForeignDraft, dialect: str | None
) -> None:
    """Add a test to the first table that its query reads; what has no equal is a loss."""
    content = dict(item) if isinstance(item, dict) else {"name": item}
    name = str(content.get("name"))
    config = content.pop("config", None)
    if isinstance(config, dict):
        # dbt ignores a condition on the rows of such a test.
        content |= {key: value for key, value in config.items() if key != "where"}
    said = TrackedMapping(content, path, draft.losses)
    with reading_check(said, name):
        queries = [query for key in _WRITTEN if (query := said.text(key))]
        if not queries:
            raise NotConvertibleError("a query of its own; write it as a `sql` rule")
        test = read_test(name, said, None, dialect)
        table, query = _query(queries, references, dialect)
        for level in test.levels:
            options = {} if level.severity == "critical" else {"severity": level.severity}
            if test.description:
                options["description"] = test.description
            sql = query if level.accepted is None else counted(query, level.accepted)
            table.add_rule(name, {"sql": sql}, path, **options)


def _query(
    queries: list[str], references: References, dialect: str | None
) -> tuple[ForeignTable, str]:
    """Return the first table that a query reads, and the query in SQL of contracts.

    A query as its author wrote it names tables by `ref()`; where it has other templates, what dbt
    compiled it to has the names of relations.
    """
    written, tables = _marked(queries[0], references)
    if has_template(written) or not tables:
        refuse_templates(queries[-1])
        written, tables = references.mark_relations(queries[-1], _MARK)
    if not tables:
        raise NotConvertibleError("it reads no table of these files")
    converted = convert_query(written, dialect)

    def named(match: re.Match[str]) -> str:
        found = tables[int(match[1])]
        return "{table}" if found is tables[0] else f"{{{found.name}}}"

    return tables[0], _MARKED.sub(named, converted)


def _marked(query: str, references: References) -> tuple[str, list[ForeignTable]]:
    """Return a query with a name that SQL can have for each reference, and their tables."""
    tables: list[ForeignTable] = []

    def mark(match: re.Match[str]) -> str:
        tables.append(references.resolve(match[1]))
        return _MARK.format(len(tables) - 1)

    return _REFERENCE.sub(mark, _SILENT.sub("", query)), tables
