"""Columns that are kept in the names of folders, `column=value`, as Hive, Spark and others do.

Names are read as text, in which `%20` is a blank, and then as the declared type, by the spellings
of CSV. What is not of that type stays text, and is counted: it never becomes a null.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spectra_gx.errors import FileError, WarehouseError
from spectra_gx.warehouse.arrow_types import arrow_type
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.file_formats.csv_values import read_as, reads_type
from spectra_gx.warehouse.file_formats.partition_links import link_partitions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import Table
    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.file_formats.parquet_files import Part

_NULL = "__HIVE_DEFAULT_PARTITION__"
_NAMED = re.compile(r"([^/`]+)=[^/]*?(?=/|` keeps a column)")
"""A partition folder in a message: what follows it is more of a path, or what is wrong with it."""


@dataclass(frozen=True)
class PartitionNames:
    """What the folders of a table's files are named."""

    columns: tuple[str, ...]
    """From the outermost folder to the innermost."""

    texts: Mapping[str, tuple[str | None, ...]]
    """File as people know it → the texts of its folders, in the order of the columns."""

    def values_of(self, column: str) -> list[str | None]:
        """Return each text of a column once."""
        place = self.columns.index(column)
        return list(dict.fromkeys(texts[place] for texts in self.texts.values()))


def read_names(location: Location, files: Mapping[str, tuple[str, ...]]) -> PartitionNames:
    """Return the partitions of files by the names of their folders.

    Args:
        location: Where they are.
        files: Path → its partition folders, from the outermost to the innermost.

    Raises:
        FileError: A folder's name cannot be read, or the files have different columns.
    """
    texts: dict[str, tuple[str | None, ...]] = {}
    first: tuple[str, ...] | None = None
    for path, folders in files.items():
        shown = location.shown(path)
        pairs = [_pair(shown, folder) for folder in folders]
        columns = tuple(column for column, _ in pairs)
        if len(set(columns)) < len(columns):
            raise FileError(f"the folders of file `{shown}` name a column twice; rename one")
        if first is None:
            first = columns
        elif columns != first:
            other = location.shown(next(iter(files)))
            raise FileError(
                f"the folders of file `{shown}` have {_columns(columns)}, those of `{other}` have "
                f"{_columns(first)}; all files of a table must be in folders of the same columns, "
                "so move one of them or narrow the `location`"
            )
        texts[shown] = tuple(text for _, text in pairs)
    return PartitionNames(first or (), texts)


@contextmanager
def hide_values(columns: Collection[str]) -> Iterator[None]:
    """Take the values of these columns out of the paths in a FileError."""

    def masked(match: re.Match[str]) -> str:
        return f"{match[1]}=‹redacted›" if unquote(match[1]) in columns else match[0]

    try:
        yield
    except FileError as error:
        raise FileError(_NAMED.sub(masked, error.message), context=error.context) from None


def add_partitions(
    parts: Sequence[Part],
    names: PartitionNames,
    files: Mapping[str, str],
    table: Table,
    scratch: Path,
) -> list[Part]:
    """Return the parts of a table with the columns that its folders' names have.

    A column that the files have as well is theirs, and has to say the same.

    Args:
        parts: Of the files.
        names: What their folders are named.
        files: File as people know it → its path on this machine.
        table: As declared; decides the types.
        scratch: Folder for links.

    Raises:
        FileError: A file says something else than its folder; names both.
    """
    stored = {column: type_ for column, (type_, _) in parts[0].columns.items()}
    for place, column in enumerate(names.columns):
        if column in stored:
            for shown, path in files.items():
                _refuse_difference(shown, path, column, stored[column], names.texts[shown][place])
    own = [column for column in names.columns if column not in stored]
    if not own:
        return list(parts)
    shown_as = {path: shown for shown, path in files.items()}
    typed = {column: _typed(column, names, files, table) for column in own}
    types = {column: type_.partition(" ")[0] for column, (type_, _) in typed.items()}

    def values(path: str) -> dict[str, object]:
        texts = dict(zip(names.columns, names.texts[shown_as[path]], strict=True))
        return {column: typed[column][1][texts[column]] for column in own}

    return [
        _linked(part, [values(path) for path in part.origins], typed, types, scratch / f"p{number}")
        for number, part in enumerate(parts)
    ]


def _linked(
    part: Part,
    partitions: Sequence[Mapping[str, object]],
    typed: Mapping[str, tuple[str, Mapping[str | None, object]]],
    types: Mapping[str, str],
    folder: Path,
) -> Part:
    links = link_partitions(part.paths, partitions, types, part.columns, folder)
    columns = {column: (type_, links.columns[column]) for column, (type_, _) in typed.items()}
    return replace(part, columns={**part.columns, **columns}, partitions=partitions, links=links)


def _pair(shown: str, folder: str) -> tuple[str, str | None]:
    """Return column and text of a folder's name."""
    column, text = (_decoded(shown, one) for one in folder.split("=", 1))
    if not column:
        raise FileError(f"a folder of file `{shown}` begins with `=`; write `column=value`")
    return column, None if text == _NULL else text


def _decoded(shown: str, name: str) -> str:
    try:
        return unquote_to_bytes(name).decode()
    except UnicodeError:
        raise FileError(
            f"a folder of file `{shown}` has a name that is not in UTF-8; rename it"
        ) from None


def _columns(columns: Sequence[str]) -> str:
    return f"column {', '.join(f'`{column}`' for column in columns)}" if columns else "no column"


def _typed(
    column: str, names: PartitionNames, files: Mapping[str, str], table: Table
) -> tuple[str, dict[str | None, object]]:
    """Return the type of a partition column, with a remark if need be, and text → value."""
    declared = table.column(column)
    texts = names.values_of(column)
    as_text: dict[str | None, object] = {text: text for text in texts}
    if declared is None or not reads_type(declared.type):
        return "string", as_text
    values = read_as(pa.array(texts, pa.string()), declared.type).to_pylist()
    odd = {text for text, value in zip(texts, values, strict=True) if value is None} - {None}
    if not odd:
        return declared.type, dict(zip(texts, values, strict=True))
    place = names.columns.index(column)
    counts = {shown: _rows(path) for shown, path in files.items()}
    misread = sum(counts[shown] for shown in files if names.texts[shown][place] in odd)
    why = f"{misread:,} of {sum(counts.values()):,} rows cannot be read as {declared.type}"
    return f"string ({why})", as_text


def _rows(path: str) -> int:
    with translate_errors(f"file `{path}` cannot be read"):
        return int(pq.read_metadata(path).num_rows)


def _refuse_difference(
    shown: str, path: str, column: str, type_text: str, text: str | None
) -> None:
    """Refuse a file one of whose rows is of another partition than its folder."""
    for values in _values(shown, path, column):
        try:
            typed = values.cast(arrow_type(type_text))
            expected = pa.array([text], pa.string())
            if type_text != "string":
                expected = read_as(expected, type_text)
        except (WarehouseError, pa.ArrowException, KeyError, ValueError):
            same = False  # no type that a folder's name can have
        else:
            found = set(pc.unique(typed).to_pylist())
            same = found <= {expected[0].as_py()} and (text is None or None not in found)
        if not same:
            raise FileError(
                f"file `{shown}` has a column `{column}`, whose rows are not all what its folder "
                "is named; move the file, or name the folders by another column"
            )


def _values(shown: str, path: str, column: str) -> Iterator[pa.Array]:
    with (
        translate_errors(f"file `{shown}` cannot be read"),
        pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as file,
    ):
        for batch in file.iter_batches(columns=[column]):
            yield batch.column(0)
