"""Read a CSV file as a contract says, without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from spectra_gx.contract.loading import parse_contract
from spectra_gx.warehouse.file_formats.csv_files import convert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spectra_gx.contract.model import Table

CONTRACT = """\
contract: odd
version: 1.0.0
owner: Tests
tables:
  odd.file:
    location: file.csv
    format: csv
    csv: {csv}
    columns:
"""


def table_of(csv: str, columns: Mapping[str, str]) -> Table:
    """Return the table of a contract about one file."""
    lines = [f'      {name}: "{type_}"\n' for name, type_ in columns.items()]
    text = CONTRACT.format(csv=csv) + "".join(lines)
    [table] = parse_contract(text.encode(), "odd.contract.yaml").tables
    return table


def read(data: bytes, table: Table, folder: Path) -> tuple[dict[str, str], list[tuple[Any, ...]]]:
    """Return column → type, and the rows, of a file with this content."""
    file, kept = folder / "file.csv", folder / "rows.parquet"
    file.write_bytes(data)
    part = convert({"file.csv": str(file)}, table, kept)
    stored = pq.read_table(kept)
    columns = [stored[sql.strip('"')].to_pylist() for _, sql in part.columns.values()]
    types = {name: type_ for name, (type_, _) in part.columns.items()}
    return types, list(zip(*columns, strict=True))
