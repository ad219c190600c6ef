"""Rule in, GX expectation out: one small function a rule kind."""

from spectra_gx.compiler import of_columns, of_gx, of_rows, of_tables
from spectra_gx.compiler.registry import (
    AS_OF,
    PREVIOUS_ROWS,
    compile_rule,
    compile_table,
    compiled_kinds,
)

__all__ = [
    "AS_OF",
    "PREVIOUS_ROWS",
    "compile_rule",
    "compile_table",
    "compiled_kinds",
    "of_columns",
    "of_gx",
    "of_rows",
    "of_tables",
]
