"""Arrays and maps that are null, which pyiceberg reads as empty ones where they contain structs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.io.pyarrow import ArrowProjectionVisitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def null_lists() -> Iterator[None]:
    """Make pyiceberg leave nulls what they are; a test fails once it does so by itself.

    It builds such arrays from their offsets, which do not say which of them are null.
    """
    own = {name: getattr(ArrowProjectionVisitor, name) for name in ("list", "map")}
    for name, method in own.items():
        setattr(ArrowProjectionVisitor, name, _with_nulls(method))
    try:
        yield
    finally:
        for name, method in own.items():
            setattr(ArrowProjectionVisitor, name, method)


def _with_nulls(method: Callable[..., pa.Array | None]) -> Callable[..., pa.Array | None]:
    def read(self: Any, type_: Any, values: pa.Array | None, *inner: Any) -> pa.Array | None:
        made = method(self, type_, values, *inner)
        if made is None or values is None or made.null_count == values.null_count:
            return made
        return pc.if_else(values.is_valid(), made, pa.nulls(len(made), made.type))

    return read
