"""Files of checks in Soda's check language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.sql import NotConvertibleError, convert_condition
from spectra_gx.interop.soda.sodacl_check import read_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.interop.foreign.draft import ForeignDraft, ForeignTable
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_CHECKS = re.compile(r"checks for\s+(?P<name>[^\[]+?)\s*(?:\[(?P<part>.*)\])?\s*")
_FILTER = re.compile(r"filter\s+(?P<name>[^\[]+?)\s*\[(?P<part>.*)\]\s*")
_DEFAULTS = re.compile(r"configurations for\s+(?P<name>.+)")
_EACH = re.compile(r"for each (?:dataset|table)\s+(?P<name>\S+)")
_WILD = ("%", "*")
_QUOTES = "\"'`"


def is_sodacl(document: dict[str, Any]) -> bool:
    """Return whether a document is a file of checks."""
    return any(_CHECKS.fullmatch(key) or _EACH.fullmatch(key) for key in document)


def read_sodacl(said: TrackedMapping, draft: ForeignDraft, dialect: str | None = None) -> None:
    """Add the checks of a file to a draft; a dataset that it lacks becomes a table of it."""
    filters = dict(_filters(said, dialect))
    defaults = {
        match["name"].strip(_QUOTES): said.take(key, dict) or {}
        for key in list(said)
        if (match := _DEFAULTS.fullmatch(key))
    }
    found: list[tuple[ForeignTable, TrackedMapping, Any, str | None]] = []
    for key in list(said):
        checks, each = _CHECKS.fullmatch(key), _EACH.fullmatch(key)
        if checks:
            name, part = checks["name"].strip(_QUOTES), checks["part"]
            where = filters.get((name, part.strip())) if part else None
            if part and where is None:
                said.take(key, object)
                draft.add_loss(said.at(key), f"there is no filter `{part}` that can be imported")
                continue
            table = _table(name, draft, said.at(key))
            found += [(table, said, key, where)]
        elif each:
            _expand(said.mapping(key), draft, found)
    listed = [
        (table, holder, items, where)
        for table, holder, key, where in found
        for items in [holder.items(key) if isinstance(key, str) else iter(key)]
    ]
    for table, _, items, where in listed:
        known = defaults.get(table.names.name.rpartition(".")[2], {})
        for path, item in items:
            read_check(item, path, table, where, known, dialect)


def _filters(said: TrackedMapping, dialect: str | None) -> Iterator[tuple[tuple[str, str], str]]:
    for key in list(said):
        match = _FILTER.fullmatch(key)
        if match is None:
            continue
        content = said.mapping(key)
        where = content.text("where")
        try:
            if where is not None:
                name = match["name"].strip(_QUOTES)
                yield (name, match["part"].strip()), convert_condition(where, dialect)
        except NotConvertibleError as error:
            content.add_loss(str(error))
            continue
        content.end()


def _table(name: str, draft: ForeignDraft, path: str) -> ForeignTable:
    known = [table for table in draft.tables if table.is_called(name)]
    if known:
        return known[0]
    table = draft.add_table(name, path)
    table.put("extra_columns", "allow", path)
    return table


def _expand(content: TrackedMapping, draft: ForeignDraft, found: list[Any]) -> None:
    """Give every dataset that a loop names the checks of the loop."""
    datasets = content.take("datasets", list) or content.take("tables", list) or []
    checks = list(content.items("checks"))
    for name in datasets:
        if not isinstance(name, str) or any(letter in name for letter in _WILD):
            content_path = content.at("datasets")
            draft.add_loss(content_path, f"`{name}` is a pattern; name the datasets")
            continue
        wanted = name.removeprefix("include ").strip()
        if wanted.startswith("exclude "):
            draft.add_loss(content.at("datasets"), f"`{name}` is a pattern; name the datasets")
            continue
        found.append((_table(wanted, draft, content.path), content, checks, None))
    content.end()
