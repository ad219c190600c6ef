"""`ref()` and `source()` of dbt, and the tables that they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.interop.foreign.sql import NotConvertibleError

if TYPE_CHECKING:
    from spectra_gx.interop.foreign.draft import ForeignTable

_TEXT = r"""['"]([^'"]+)['"]"""
_REF = re.compile(
    rf"ref\(\s*{_TEXT}\s*(?:,\s*{_TEXT}\s*)?(?:,\s*v(?:ersion)?\s*=\s*['\"]?([\w.]+)['\"]?\s*)?\)"
)
_SOURCE = re.compile(rf"source\(\s*{_TEXT}\s*,\s*{_TEXT}\s*\)")


class References:
    """The tables of the imported files by the names that dbt gives them."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str | None], ForeignTable] = {}
        self._sources: dict[tuple[str, str], ForeignTable] = {}
        self._relations: dict[str, ForeignTable] = {}

    def add_model(self, name: str, table: ForeignTable, version: str | None = None) -> None:
        """Register a model, a seed or a snapshot, or a version of one."""
        self._models.setdefault((name, version), table)

    def add_source(self, source: str, name: str, table: ForeignTable) -> None:
        """Register a table of a source."""
        self._sources.setdefault((source, name), table)

    def add_relation(self, relation: str, table: ForeignTable) -> None:
        """Register a table by the name that compiled queries have for it."""
        self._relations.setdefault(relation, table)

    def mark_relations(self, query: str, mark: str) -> tuple[str, list[ForeignTable]]:
        """Return a compiled query with a mark for each relation, and their tables, as they come.

        Args:
            query: As dbt compiled it.
            mark: Its `{}` becomes the number of the table.
        """
        tables: list[ForeignTable] = []

        def marked(match: re.Match[str]) -> str:
            tables.append(self._relations[match[0]])
            return mark.format(len(tables) - 1)

        longest = sorted(self._relations, key=len, reverse=True)
        names = re.compile("|".join(map(re.escape, longest)) or r"(?!)")
        return names.sub(marked, query), tables

    def resolve(self, text: str) -> ForeignTable:
        """Return the table that `ref(…)` or `source(…)` means.

        Raises:
            NotConvertibleError: It is neither, or the table is not in the files.
        """
        ref, source = _REF.search(text), _SOURCE.search(text)
        found = None
        if ref:
            found = self._models.get((ref[2] or ref[1], ref[3]))
        elif source:
            found = self._sources.get((source[1], source[2]))
        if found is None:
            shown = " ".join(text.replace("{{", "").replace("}}", "").split())
            raise NotConvertibleError(f"its table `{shown}` is not in these files")
        return found
