"""The types of columns in JSON lines: the narrowest that all their values can be read as."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.column_types import struct_type
from spectra_gx.warehouse.file_formats.csv_values import read_as
from spectra_gx.warehouse.file_formats.json_lines import Number, read_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

_MIXED = "values of several types"
_TIMES = ("date", "timestamp", "timestamp_ntz")
_NUMBERS = ("long", "decimal(38,0)", "double")
_WHOLE = re.compile(r"-?\d{39,}")
"""More digits than a decimal has; a double would lose most of them."""

_BATCH = 1000


@dataclass
class _Seen:
    """What was seen in one place of the objects."""

    kinds: set[str] = field(default_factory=set)
    """Of values: boolean, number, text, array, object."""

    types: list[str] | None = None
    """Those that all numbers, or all texts, can be read as; the narrowest first."""

    waiting: list[str] = field(default_factory=list)
    """Numbers or texts that are not looked at yet."""

    fields: dict[str, _Seen] = field(default_factory=dict)
    items: _Seen | None = None

    def add(self, value: Any) -> None:
        """Add a value."""
        if isinstance(value, bool):
            self.kinds.add("boolean")
        elif isinstance(value, str):
            self.kinds.add("number" if isinstance(value, Number) else "text")
            self.waiting.append(value)
            if len(self.waiting) >= _BATCH:
                self._look()
        elif isinstance(value, list):
            self.kinds.add("array")
            self.items = self.items or _Seen()
            for item in value:
                self.items.add(item)
        elif isinstance(value, dict):
            self.kinds.add("object")
            for key, inner in value.items():
                self.fields.setdefault(key, _Seen()).add(inner)

    def _look(self) -> None:
        if self.types is None:
            self.types = list(_NUMBERS if "number" in self.kinds else _TIMES)
        if len(self.kinds) == 1 and self.waiting and self.types:
            texts = pa.array(self.waiting, pa.string())
            self.types = [one for one in self.types if read_as(texts, one).null_count == 0]
            if any(_WHOLE.fullmatch(text) for text in self.waiting if isinstance(text, Number)):
                self.types = []
        self.waiting.clear()

    def type(self) -> str:
        """Return the type of what was seen, or what kept it from being one."""
        self._look()
        if not self.kinds:
            return "string"
        if len(self.kinds) > 1:
            return _MIXED
        [kind] = self.kinds
        if kind == "array":
            return f"array<{(self.items or _Seen()).type()}>"
        if kind == "object":
            fields = [(name, seen.type()) for name, seen in self.fields.items()]
            return struct_type(fields) if fields else "map<string,string>"
        if kind == "boolean":
            return kind
        return next(iter(self.types or ()), "string" if kind == "text" else _MIXED)


def find_types(files: Mapping[str, str]) -> dict[str, str]:
    """Return column → type of JSON lines; what is no type says why.

    `files` is file as people know it → its path on this machine.

    Raises:
        FileError: A file is not of JSON lines; names file and line.
    """
    seen = _Seen()
    for row in chain.from_iterable(read_objects(shown, path) for shown, path in files.items()):
        seen.add(row)
    return {name: found.type() for name, found in seen.fields.items()}
