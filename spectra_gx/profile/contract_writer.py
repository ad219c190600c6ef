"""Table profiles as the text of a contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.dumping import written_csv
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.formatting import format_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.profile.rule_inference import describe_values, infer_classification, infer_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.profile.column_profile import ColumnProfile, TableProfile

OWNER = "TODO"
"""Only a person can name the owner."""

_LINE_LENGTH = 94
"""Characters that a column and its comment may have on one line."""

_HEAD = """\
# Written by `spectra-gx init` from the data in these tables. Review it: remove rules that hold by
# chance, describe what the tables are for, and name the owner.
"""


def render_contract(stage: str, tables: Sequence[TableProfile], file: str) -> str:
    """Return a contract for the tables in canonical form; `file` is its name in messages.

    Raises:
        ContractError: A contract cannot declare something, such as a column's name.
    """
    lines = [f"contract: {_yaml(stage)}", "version: 1.0.0", "status: draft", f"owner: {OWNER}"]
    lines.append("tables:")
    for table in tables:
        lines += ("  " + line for line in _table(table))
    text = format_contract((_HEAD + "\n".join(lines) + "\n").encode(), file)
    parse_contract(text.encode(), file)
    return text


def _table(table: TableProfile) -> Iterator[str]:
    version = "" if table.version is None else f" at version {table.version}"
    yield f"# {table.rows:,} row{'s'[: table.rows != 1]}{version}"
    yield f"{table.name}:"
    if table.location is not None:
        yield f"  location: {_yaml(table.location)}"
    if table.credentials is not None:
        yield f"  credentials: {_yaml(table.credentials)}"
    if table.format is not TableFormat.DELTA:
        yield f"  format: {table.format}"
    yield from (f"  # {remark}" for remark in table.remarks)
    if written := written_csv(table.csv):
        entries = (f"{key}: {_yaml(value)}" for key, value in written.items())
        yield f"  csv: {{{', '.join(entries)}}}"
    if table.key:
        yield f"  primary_key: {_yaml(list(table.key))}"
    if table.rows:
        yield "  rows: {min: 1}"
    if table.left_out:
        yield "  extra_columns: allow"
    yield "  columns:"
    for column in table.columns:
        yield from ("    " + line for line in _column(column, table))
    for name, reason in table.left_out.items():
        yield f"    # left out: {_yaml(name)} {reason}"


def _column(column: ColumnProfile, table: TableProfile) -> Iterator[str]:
    keys = infer_rules(column, table)
    comment = describe_values(column, private=infer_classification(column) is not None)
    name = _yaml(column.name)
    inside = ", ".join(f"{key}: {_yaml(value)}" for key, value in keys.items())
    written = f"{name}: {_yaml(column.type)}" if len(keys) == 1 else f"{name}: {{{inside}}}"
    if comment and len(written.replace('"', "")) + len(comment) > _LINE_LENGTH:
        yield f"# {comment}"
        comment = ""
    yield f"{written}  # {comment}" if comment else written


def _yaml(value: Any) -> str:
    """Return a value as YAML, that is JSON, with control characters escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else json.dumps(value)
