"""What a writer built on Arrow had in memory: DataFusion goes by it, and cannot read all of it."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_KEPT_AS = b"ARROW:schema"

_UNREAD = (
    pa.types.is_boolean,
    pa.types.is_decimal,
    pa.types.is_float16,
    pa.types.is_fixed_size_binary,
)
"""Values of which DataFusion reads no dictionary."""


def schema_in_memory(metadata: pq.FileMetaData) -> pa.Schema | None:
    """Return the Arrow schema that a Parquet file's writer left in its footer."""
    kept = (metadata.metadata or {}).get(_KEPT_AS)
    if kept is None:
        return None
    return pa.ipc.read_schema(pa.py_buffer(b64decode(kept))).remove_metadata()


def unread_column(schema: pa.Schema | None) -> str | None:
    """Return a column with a dictionary at which DataFusion fails, or ends the process."""
    return next((field.name for field in schema or () if _is_unread(field.type)), None)


def _is_unread(arrow: pa.DataType) -> bool:
    if isinstance(arrow, pa.BaseExtensionType):
        return _is_unread(arrow.storage_type)
    if pa.types.is_dictionary(arrow):
        return any(test(arrow.value_type) for test in _UNREAD)
    return any(_is_unread(arrow.field(place).type) for place in range(arrow.num_fields))
