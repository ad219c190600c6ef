"""What the names of files say: a format, a name for a table, whether they belong together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat

if TYPE_CHECKING:
    from pathlib import PurePosixPath

FORMATS = {
    ".parquet": TableFormat.PARQUET,
    **dict.fromkeys((".csv", ".tsv", ".tab"), TableFormat.CSV),
    **dict.fromkeys((".jsonl", ".ndjson"), TableFormat.JSONL),
}
"""Ending of a name → format."""

TEXTS = (".txt", ".dat", ".psv")
"""Endings of files that are CSV where somebody names them; in a folder they may be anything."""

_COMPRESSED = (".gz", ".zst", ".bz2")
_UNFIT = re.compile(r"\W+", re.ASCII)
_NUMBERED = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|[0-9]+[a-z]?(?![a-z])"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_COUNTED = frozenset(
    {word for whole in f"{_MONTHS} {_DAYS}".split() for word in (whole, whole[:3])}
    | {"snappy", "zstd", "gzip", "c", "q", "w", "v"}
)
"""Words that tell one file of a table from the next."""


def suffix_of(path: PurePosixPath) -> str:
    """Return the ending of a file's name, or of what it was before it was compressed."""
    plain = path.with_suffix("") if path.suffix in _COMPRESSED and path.name else path
    return plain.suffix.lower()


def ending_of(path: PurePosixPath) -> str:
    """Return all of a file's ending that says how it is stored: `.csv.gz`."""
    parts = path.suffixes[-2:] if path.suffix in _COMPRESSED else path.suffixes[-1:]
    return "".join(parts)


def table_word(path: PurePosixPath) -> str:
    """Return the name of a table for a path: its last part that is not a pattern."""
    plain = path.with_suffix("") if path.suffix in _COMPRESSED else path
    is_file = suffix_of(path) in (*FORMATS, *TEXTS)
    for part in (plain.stem if is_file else path.name, *path.parts[-2::-1]):
        if word := as_word(part):
            return word
    return "table"


def as_word(text: str) -> str:
    """Return a text as a name of letters, digits and `_`; empty where it has none."""
    word = _UNFIT.sub("_", text).strip("_")
    return f"_{word}" if word[:1].isdigit() else word


def family_of(name: str) -> tuple[str, ...]:
    """Return the words of a file's name without numbers and days: equal for files of one table.

    `orders-2026-01.csv` and `orders-2026-02.csv` are of one family, `customers.csv` is of another.
    """
    stem = name.partition(".")[0] or name
    words = _LETTERS.findall(_NUMBERED.sub(" ", stem.lower()))
    return tuple(word for word in words if word not in _COUNTED)
