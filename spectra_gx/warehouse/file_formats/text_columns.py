"""Columns of a file of texts, kept as Parquet: each as it is stored, and as its declared type.

Which of the two is read is known only after the last row: values of the declared type where every
text is one, texts otherwise.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.warehouse.arrow_types import arrow_type
from spectra_gx.warehouse.file_formats.parquet_files import Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType


class TextColumns:
    """The file that they are kept in."""

    def __init__(self, to: Path, names: Sequence[str], types: Mapping[str, str]) -> None:
        """Begin the file; `types` are those of the columns that are not of texts."""
        self._path = to
        self._names = names
        self._types = types
        self._rows = 0
        self._misread = Counter[str]()
        fields = [pa.field(f"text{i}", pa.string()) for i in range(len(names))]
        fields += [
            pa.field(f"value{i}", arrow_type(types[name]))
            for i, name in enumerate(names)
            if name in types
        ]
        self._schema = pa.schema(fields)
        self._writer = pq.ParquetWriter(to, self._schema)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the file."""
        self._writer.close()

    def write(self, texts: Sequence[pa.Array], values: Mapping[str, pa.Array]) -> None:
        """Add rows: the texts of each column, and the values of those with a type, in order."""
        for name, column in zip(self._names, texts, strict=True):
            if name in values:
                self._misread[name] += values[name].null_count - column.null_count
        columns = [*texts, *values.values()]
        batch = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        self._rows += batch.num_rows
        self._writer.write_batch(batch)

    def part(self, hints: Mapping[str, str], absent: Collection[str] = ()) -> Part:
        """Return how the file is read.

        Args:
            hints: Column → how values that are not of its type could be read, as a remark's end.
            absent: Columns that are in no row, and so in no table.
        """
        columns = {name: read for name, read in self._columns(hints) if name not in absent}
        return Part([str(self._path)], columns)

    def _columns(self, hints: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
        for index, name in enumerate(self._names):
            if name not in self._types:
                yield name, ("string", f'"text{index}"')
            elif self._misread[name]:
                type_ = self._types[name]
                why = f"{self._misread[name]:,} of {self._rows:,} rows cannot be read as {type_}"
                yield name, (f"string ({why}{hints.get(name, '')})", f'"text{index}"')
            else:
                yield name, (self._types[name], f'"value{index}"')
