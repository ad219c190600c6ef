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

    def add_model(self, name: str, table: ForeignTable, version: str | None = None) -> None:
        """Register a model, a seed or a snapshot, or a version of one."""
        self._models.setdefault((name, version), table)

    def add_source(self, source: str, name: str, table: ForeignTable) -> None:
        """Register a table of a source."""
        self._sources.setdefault((source, name), table)

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
