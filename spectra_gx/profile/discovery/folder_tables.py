"""Find the tables in a folder: those of Delta and Iceberg, and files that belong together.

A folder whose files all have the same columns is one table, and so is a folder of partitions.
Otherwise each folder in it is looked at by itself, and its own files are grouped by their columns
and by what their names have in common.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from spectra_gx.profile.discovery.file_columns import columns_in
from spectra_gx.profile.file_names import (
    FORMATS,
    as_word,
    ending_of,
    family_of,
    suffix_of,
    table_word,
)
from spectra_gx.warehouse.delta import handles
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH, WILDCARD, Location
from spectra_gx.warehouse.iceberg.metadata_files import is_iceberg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.store.store import Store

OTHER_KIND = "is not Parquet, CSV or JSON lines"
_DEEPEST = 20
_MOST_COPIED = 20
"""Files of an object store that are copied to see their columns."""


@dataclass(frozen=True)
class FoundTable:
    """A table in a folder."""

    path: str
    """Below the store's root: a folder, a file or a pattern."""

    word: str
    """A name for it that no other table found there has."""


@dataclass(frozen=True)
class FoundTables:
    """What is in a folder."""

    tables: tuple[FoundTable, ...]
    left_out: tuple[str, ...]
    """Paths of files that are no table's."""


@dataclass
class _Folder:
    path: str
    is_table: bool = False
    """Of Delta or Iceberg: what is in it is not looked at."""

    data: list[str] = field(default_factory=list)
    """Names of files whose format is known."""

    others: list[str] = field(default_factory=list)
    folders: list[_Folder] = field(default_factory=list)

    def below(self) -> Iterator[_Folder]:
        yield self
        for folder in self.folders:
            yield from folder.below()

    def files(self) -> list[str]:
        """Return the paths of all files whose format is known."""
        return [_join(folder.path, name) for folder in self.below() for name in folder.data]


def find_tables(location: Location) -> FoundTables:
    """Return the tables at a location: a folder, or a pattern of files and folders.

    Raises:
        WarehouseError: A folder cannot be listed, or a file cannot be read.
    """
    roots = list(_roots(location))
    paths = list(_tables_at(location, roots))
    others = tuple(
        _join(folder.path, name)
        for root in roots
        for folder in root.below()
        for name in folder.others
    )
    return FoundTables(tuple(_named(sorted(paths))), others)


def _roots(location: Location) -> Iterator[_Folder]:
    """Yield the folder at a location, or the folders of what matches a pattern."""
    store, path = location.store, location.path
    if not WILDCARD.search(path) or store.files(path) or store.folders(path):
        yield _gathered(location, path)
        return
    parts = path.split("/")
    first = next(i for i, part in enumerate(parts) if WILDCARD.search(part))
    yield from _matching(location, "/".join(parts[:first]), parts[first:])


def _matching(location: Location, folder: str, parts: Sequence[str]) -> Iterator[_Folder]:
    [part, *rest] = parts
    store = location.store
    if not rest:
        found = _Folder(folder)
        found.data = [
            name
            for name in store.files(folder)
            if fnmatchcase(name, part) and _is_shown_file(name) and _is_data(name)
        ]
        if found.data:
            yield found
    for name in store.folders(folder):
        if fnmatchcase(name, part) and _is_shown(name):
            inner = _join(folder, name)
            yield from _matching(location, inner, rest) if rest else [_gathered(location, inner)]


def _gathered(location: Location, path: str, depth: int = _DEEPEST) -> _Folder:
    store = location.store
    folder = _Folder(path)
    names = store.folders(path)
    folder.is_table = _is_table(location, path, names)
    if folder.is_table:
        return folder
    for name in store.files(path):
        if _is_shown_file(name):
            (folder.data if _is_data(name) else folder.others).append(name)
    folder.folders = [
        _gathered(location, _join(path, name), depth - 1)
        for name in names
        if _is_shown(name) and depth
    ]
    return folder


def _is_table(location: Location, path: str, folders: Sequence[str]) -> bool:
    store: Store = location.store
    if "_delta_log" in folders:
        return handles.is_table(TablePlace(store, path))
    return "metadata" in folders and is_iceberg(Location(store, path))


def _is_data(name: str) -> bool:
    return suffix_of(PurePosixPath(name)) in FORMATS


def _is_shown_file(name: str) -> bool:
    return not name.startswith(("_", "."))


def _is_shown(name: str) -> bool:
    return not name.startswith(".") and (not name.startswith("_") or "=" in name)


def _tables_at(location: Location, roots: Sequence[_Folder]) -> Iterator[str]:
    """Yield the paths of tables: one for all where all belong together."""
    if len(roots) != 1 or WILDCARD.search(location.path):
        every = [file for root in roots for file in root.files()]
        is_plain = not any(folder.is_table for root in roots for folder in root.below())
        if is_plain and every and _is_one(location, every):
            yield location.path
            return
    for root in roots:
        yield from _tables_in(location, root)


def _tables_in(location: Location, folder: _Folder) -> Iterator[str]:
    if folder.is_table:
        yield folder.path
        return
    partitioned = any("=" in PurePosixPath(one.path).name for one in folder.folders)
    files = folder.files()
    if not files and not any(one.is_table for one in folder.below()):
        return
    if not any(one.is_table for one in folder.below()) and (
        partitioned or _is_one(location, files)
    ):
        yield from _whole(folder, files)
        return
    yield from _groups(location, folder)
    for inner in folder.folders:
        yield from _tables_in(location, inner)


def _is_one(location: Location, files: Sequence[str]) -> bool:
    """Return whether files make one table: of one format and, if it says, of the same columns."""
    if len({FORMATS[suffix_of(PurePosixPath(file))] for file in files}) != 1:
        return False
    families = {family_of(PurePosixPath(file).name) for file in files}
    if location.remote and len(families) == 1:
        return True  # where reading means copying, names are enough
    looked_at = files[:_MOST_COPIED] if location.remote else files
    columns = {columns_in(location, file) for file in looked_at}
    if len(families) == 1 and all(map(_is_data_line, columns)):
        return True
    return len(columns) == 1 and None not in columns


def _is_data_line(columns: tuple[str, ...] | str | None) -> bool:
    """Return whether the first line of a file names no columns, as far as digits in it show."""
    return columns is None or (isinstance(columns, str) and any(map(str.isdigit, columns)))


def _whole(folder: _Folder, files: Sequence[str]) -> Iterator[str]:
    """Yield a folder as one table, by a pattern if it has files of other kinds as well."""
    if not any(one.others for one in folder.below()):
        yield folder.path
        return
    endings = {ending_of(PurePosixPath(file)) for file in files}
    nested = any(one.data for one in folder.below() if one is not folder)
    if len(endings) > 1:
        yield from files
        return
    pattern = f"*{endings.pop()}"
    yield _join(folder.path, f"{ANY_DEPTH}/{pattern}" if nested else pattern)


def _groups(location: Location, folder: _Folder) -> Iterator[str]:
    """Yield a path or a pattern for each group of a folder's own files."""
    groups: dict[object, list[str]] = defaultdict(list)
    for name in folder.data:
        columns = None if location.remote else columns_in(location, _join(folder.path, name))
        alike = None if _is_data_line(columns) else columns
        groups[suffix_of(PurePosixPath(name)), alike, family_of(name)].append(name)
    every = [name for name in location.store.files(folder.path) if _is_shown_file(name)]
    for names in groups.values():
        exact = [
            pattern
            for pattern in _patterns(names)
            if len(names) > 1 and [name for name in every if fnmatchcase(name, pattern)] == names
        ]
        yield from (_join(folder.path, name) for name in exact[:1] or names)


def _patterns(names: Sequence[str]) -> Iterator[str]:
    """Yield patterns that match the names, one without half a number first."""
    start = _shared_start(names)
    end = _shared_start([name[len(start) :][::-1] for name in names])[::-1]
    for shared in (start.rstrip("0123456789"), start):
        yield f"{_literal(shared)}*{_literal(end)}"


def _literal(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def _shared_start(names: Sequence[str]) -> str:
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in same)


def _named(paths: Sequence[str]) -> Iterator[FoundTable]:
    """Yield tables with a word each: the name, and before it as much of the path as is needed."""
    depths = dict.fromkeys(paths, 0)
    while twins := list(_twins(depths)):
        for path in twins:
            depths[path] += 1
    taken: Counter[str] = Counter()
    for path, depth in depths.items():
        word = _word(PurePosixPath(path), depth)
        taken[word.lower()] += 1
        number = taken[word.lower()]
        yield FoundTable(path, word if number == 1 else f"{word}_{number}")


def _twins(depths: Mapping[str, int]) -> Iterator[str]:
    """Yield paths whose words are those of others in other folders."""
    groups: dict[str, list[PurePosixPath]] = defaultdict(list)
    for path, depth in depths.items():
        groups[_word(PurePosixPath(path), depth).lower()].append(PurePosixPath(path))
    for group in groups.values():
        if len({path.parent for path in group}) > 1:
            yield from (str(path) for path in group if depths[str(path)] < len(path.parts) - 1)


def _word(path: PurePosixPath, depth: int) -> str:
    """Return a name with that many folders before it; of a pattern, what is not numbered."""
    family = "_".join(map(as_word, family_of(path.name))) if "*" in path.name else ""
    parents = path.parts[len(path.parts) - 1 - depth : -1]
    return "_".join(filter(None, [*map(as_word, parents), family or table_word(path)]))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
