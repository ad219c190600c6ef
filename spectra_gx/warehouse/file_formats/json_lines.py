"""JSON lines as one table: an object on each line, its keys the columns, read as exactly as CSV.

A number is a number only where it is written as one, and a text is one only in quotes; of a decimal
both are taken, since many write it as text to keep its digits.
"""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.errors import FileError
from spectra_gx.warehouse.arrow_types import arrow_type, type_text
from spectra_gx.warehouse.file_formats.csv_values import read_as
from spectra_gx.warehouse.file_formats.file_text import BLOCK, read_blocks
from spectra_gx.warehouse.file_formats.text_columns import TextColumns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import Table
    from spectra_gx.warehouse.file_formats.parquet_files import Part

_ROWS = 20_000
"""Rows that are converted at once."""


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class _UnknownKeyError(Exception):
    """A row has a key that no column was made for."""


class _RepeatedKeyError(ValueError):
    """An object has a key twice."""


def convert_json_lines(files: Mapping[str, str], table: Table, to: Path) -> Part:
    """Write the rows of JSON lines into one Parquet file; return how it is read.

    `files` is file as people know it → its path on this machine. Columns are the declared ones that
    some row has, and then keys that are not declared, as text.

    Raises:
        FileError: A file is not of JSON lines; names file and line.
    """
    declared = {column.name: column.type for column in table.columns}
    first = islice(_all_objects(files), _ROWS)
    try:
        return _write(files, declared, _names(declared, first), to)
    except _UnknownKeyError:
        return _write(files, declared, _names(declared, _all_objects(files)), to)


def read_objects(shown: str, path: str) -> Iterator[dict[str, Any]]:
    """Yield the object on each line; numbers as they are written.

    Raises:
        FileError: A line is something else; names it.
    """
    for number, line in enumerate(_lines(shown, path), 1):
        if not line.strip():
            continue
        try:
            found = _DECODER.decode(line.decode())
        except UnicodeDecodeError:
            raise FileError(
                f"file `{shown}` is not in UTF-8, seen in line {number}; save it as such"
            ) from None
        except _RepeatedKeyError:
            raise FileError(
                f"line {number} of file `{shown}` has a key twice in one object; remove one of them"
            ) from None
        except (ValueError, RecursionError):
            raise FileError(
                f"line {number} of file `{shown}` is not JSON; write one object on each line"
            ) from None
        if not isinstance(found, dict):
            raise FileError(
                f"line {number} of file `{shown}` is not an object; write one `{{…}}` on each line"
            )
        yield found


def _all_objects(files: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    return chain.from_iterable(read_objects(shown, path) for shown, path in files.items())


def _lines(shown: str, path: str) -> Iterator[bytes]:
    rest = b""
    for block in read_blocks(shown, path, "utf-8"):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        if len(rest) > BLOCK:
            raise FileError(f"file `{shown}` has a line of over {BLOCK // 2**20} MB; split it")
    if rest:
        yield rest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=Number
)


def _names(declared: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the columns: those declared, then the other keys in the order they are found."""
    names = dict.fromkeys(declared)
    for row in rows:
        if not row.keys() <= names.keys():
            names |= dict.fromkeys(row)
    return list(names)


def _write(
    files: Mapping[str, str], declared: Mapping[str, str], names: Sequence[str], to: Path
) -> Part:
    types = {name: declared[name] for name in names if name in declared}
    known, seen, rows_seen = set(names), set[str](), False
    with TextColumns(to, names, types) as columns:
        objects = _all_objects(files)
        while rows := list(islice(objects, _ROWS)):
            rows_seen = True
            keys = set().union(*rows)
            if not keys <= known:
                raise _UnknownKeyError
            seen |= keys
            cells = {name: [row.get(name) for row in rows] for name in names}
            texts = [
                pa.array([text_of(cell) for cell in cells[name]], pa.string()) for name in names
            ]
            values = {name: values_of(cells[name], arrow_type(types[name]))[0] for name in types}
            columns.write(texts, values)
    return columns.part({}, known - seen if rows_seen else ())


def text_of(value: Any) -> str | None:
    """Return a value as JSON has it, a text without its quotes."""
    if value is None or isinstance(value, str):
        return value
    return _written(value)


def _written(value: Any) -> str:
    if isinstance(value, dict):
        entries = (f"{json.dumps(key)}: {_written(inner)}" for key, inner in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return value if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


# -- values ----------------------------------------------------------------------------------------


def values_of(cells: Sequence[Any], target: pa.DataType) -> tuple[pa.Array, list[bool]]:
    """Return cells as values of a type, and of each whether it is one; null where it is not."""
    if pa.types.is_struct(target):
        values, fits = _structs(cells, target)
    elif pa.types.is_map(target):
        values, fits = _maps(cells, target)
    elif pa.types.is_list(target):
        values, fits = _lists(cells, target)
    else:
        values = _scalars(cells, target)
        return values, [
            cell is None or found
            for cell, found in zip(cells, values.is_valid().to_pylist(), strict=True)
        ]
    return _hide(values, fits), fits


def _hide(values: pa.Array, fits: Sequence[bool]) -> pa.Array:
    if all(fits):
        return values
    places = pa.array([place if fit else None for place, fit in enumerate(fits)], pa.int64())
    return values.take(places)


def _scalars(cells: Sequence[Any], target: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(target):
        return pa.array([cell if isinstance(cell, bool) else None for cell in cells], target)
    kinds: tuple[type, ...] = (Number,)
    if pa.types.is_string(target) or pa.types.is_temporal(target):
        kinds = (str,)
    elif pa.types.is_decimal(target):
        kinds = (Number, str)
    elif pa.types.is_floating(target):
        # Many write what JSON has no number for as a text.
        cells = [Number(cell) if cell in _ODD_NUMBERS else cell for cell in cells]
    texts = pa.array([cell if type(cell) in kinds else None for cell in cells], pa.string())
    return texts if pa.types.is_string(target) else read_as(texts, type_text(target))


_ODD_NUMBERS = ("NaN", "Infinity", "-Infinity")


def _lists(cells: Sequence[Any], target: pa.DataType) -> tuple[pa.Array, list[bool]]:
    is_list = [isinstance(cell, list) for cell in cells]
    inner, inner_fits = values_of(
        [item for cell in cells if isinstance(cell, list) for item in cell], target.value_type
    )
    offsets, fits = _offsets(cells, is_list, inner_fits)
    return pa.ListArray.from_arrays(offsets, inner, type=target), fits


def _maps(cells: Sequence[Any], target: pa.DataType) -> tuple[pa.Array, list[bool]]:
    is_map = [isinstance(cell, dict) for cell in cells]
    entries = [entry for cell in cells if isinstance(cell, dict) for entry in cell.items()]
    keys, keys_fit = values_of([key for key, _ in entries], target.key_type)
    items, items_fit = values_of([item for _, item in entries], target.item_type)
    inner_fits = [one and other for one, other in zip(keys_fit, items_fit, strict=True)]
    offsets, fits = _offsets(cells, is_map, inner_fits)
    if keys.null_count:
        # No map has such a key; of the whole column nothing is a value then.
        return pa.nulls(len(cells), target), [cell is None for cell in cells]
    return pa.MapArray.from_arrays(offsets, keys, items, type=target), fits


def _offsets(
    cells: Sequence[Any], is_whole: Sequence[bool], inner_fits: Sequence[bool]
) -> tuple[pa.Array, list[bool]]:
    """Return where the items of each cell begin, null where there is none, and which cells fit."""
    offsets: list[int | None] = []
    fits = []
    at = 0
    for cell, whole in zip(cells, is_whole, strict=True):
        offsets.append(at if whole else None)
        end = at + len(cell) if whole else at
        fits.append(cell is None or (whole and all(inner_fits[at:end])))
        at = end
    return pa.array([*offsets, at], pa.int32()), fits


def _structs(cells: Sequence[Any], target: pa.DataType) -> tuple[pa.Array, list[bool]]:
    is_object = [isinstance(cell, dict) for cell in cells]
    names = {field.name for field in target}
    fits = [
        cell is None or (found and cell.keys() <= names)
        for cell, found in zip(cells, is_object, strict=True)
    ]
    children = []
    for field in target:
        inner = [cell.get(field.name) if isinstance(cell, dict) else None for cell in cells]
        child, child_fits = values_of(inner, field.type)
        children.append(child)
        fits = [one and other for one, other in zip(fits, child_fits, strict=True)]
    mask = pa.array([not found for found in is_object])
    return pa.StructArray.from_arrays(children, fields=list(target), mask=mask), fits
