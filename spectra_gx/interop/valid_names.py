"""Foreign names and versions converted to valid ones of a contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.language.rule_list import RESERVED_IDS

if TYPE_CHECKING:
    from collections.abc import Container

_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")
_NO_ID = re.compile(r"[^A-Za-z0-9_-]+")
_VERSION = re.compile(r"[vV]?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?", re.ASCII)


def stage_name(text: str) -> str:
    """Return a contract's name: letters, digits, - and _, a letter first."""
    return _with_first_letter(_NO_ID.sub("_", text).strip("_-"), "stage")


def table_name(text: str, schema: str) -> str:
    """Return a table's full name; one without a schema gets the one given."""
    folder, dot, name = text.strip().rpartition(".")
    return f"{_word(folder if dot else schema, 'schema')}.{_word(name, 'table')}"


def column_name(text: str) -> str:
    """Return a column's name that people can read."""
    shown = "".join(letter if letter.isprintable() else "_" for letter in text)
    return shown.strip() or "unnamed"


def rule_id(text: str, taken: Container[str]) -> str:
    """Return a valid, unused id of a rule."""
    fit = _with_first_letter(_NO_ID.sub("-", text).strip("_-"), "rule")
    return unique_name(f"{fit}-rule" if fit in RESERVED_IDS else fit, taken, "-")


def unique_name(name: str, taken: Container[str], separator: str = "_") -> str:
    """Return the name, or the first numbered one that is unused; names differ by more than case.

    `taken` are the names in use, in lower case.
    """
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name}{separator}{number}"
    return free


def semantic_version(text: str) -> str | None:
    """Return a version of one, two or three numbers as three; None for anything else."""
    match = _VERSION.fullmatch(text.strip())
    return None if match is None else ".".join(str(int(part or 0)) for part in match.groups())


def _word(text: str, otherwise: str) -> str:
    word = _NO_WORD.sub("_", text)
    if not word.strip("_"):
        return otherwise
    return word if not word[0].isdigit() else f"_{word}"


def _with_first_letter(text: str, word: str) -> str:
    return text if text[:1].isalpha() else f"{word}_{text}".rstrip("_")
