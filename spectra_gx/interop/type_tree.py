"""Column types as trees: an array's items, a map's keys and values, a struct's fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spectra_gx.contract.column_types import struct_type

_WORD = re.compile(r"[a-z_]+(?:\(\d+,\d+\))?")
_FIELD = re.compile(r"(?:`((?:[^`]|``)+)`|([^`:<>,]+)):")


@dataclass(frozen=True)
class TypeTree:
    """A type and what is in it."""

    word: str
    """`string`, `decimal(12,2)`, `array`, `map`, `struct`."""

    parts: tuple[TypeTree, ...] = ()
    """Of an array its items, of a map its keys and values, of a struct its fields."""

    names: tuple[str, ...] = ()
    """Names of a struct's fields."""

    @property
    def text(self) -> str:
        """The canonical type."""
        if self.names:
            texts = (part.text for part in self.parts)
            return struct_type(zip(self.names, texts, strict=True))
        inside = ",".join(part.text for part in self.parts)
        return f"{self.word}<{inside}>" if inside else self.word


def parse_type(canonical: str) -> TypeTree:
    """Parse a canonical type."""
    return _read(canonical)[0]


def _read(text: str) -> tuple[TypeTree, str]:
    word = _WORD.match(text)
    if word is None:
        raise ValueError(text)
    rest = text[word.end() :]
    if not rest.startswith("<"):
        return TypeTree(word[0]), rest
    parts: list[TypeTree] = []
    names: list[str] = []
    while rest[0] in "<,":
        rest = rest[1:]
        if word[0] == "struct" and (field := _FIELD.match(rest)):
            names.append(field[1].replace("``", "`") if field[1] else field[2])
            rest = rest[field.end() :]
        part, rest = _read(rest)
        parts.append(part)
    return TypeTree(word[0], tuple(parts), tuple(names)), rest[1:]
