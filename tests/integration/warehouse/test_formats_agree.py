"""The same rows give the same verdicts as Delta, Parquet and CSV, rule by rule."""

from __future__ import annotations

import csv
import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.warehouse.arrow_types import arrow_schema
from tests.contract.cases import CASES, Case
from tests.contract.checking import contract_of, outcomes, store, validate, validate_here

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.results import RuleResult

    Write = Callable[[Path, Case, Sequence[Any]], None]

PARENTS = "shop.parents:\n  columns:\n    a: {type: string}\n    b: {type: long}\n"


def as_parquet(folder: Path, case: Case, rows: Sequence[Any]) -> None:
    schema = arrow_schema(case.columns)
    for part in range(2):
        arrays = [
            pa.array([row[i] for row in rows[part::2]], type=field.type)
            for i, field in enumerate(schema)
        ]
        pq.write_table(pa.table(arrays, schema=schema), folder / f"{part}")


def as_csv(folder: Path, case: Case, rows: Sequence[Any]) -> None:
    for part in range(2):
        with (folder / f"{part}").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(case.columns)
            writer.writerows([[spelled(value) for value in row] for row in rows[part::2]])


def spelled(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else value


def fits_csv(case: Case) -> bool:
    """Return whether CSV can hold the case: nothing nested, no bytes, no empty text."""
    cells = [cell for row in (*case.rows(case.good), *case.rows(case.bad)) for cell in row]
    nested = any("<" in type_ or type_ == "binary" for type_ in case.columns.values())
    return not nested and "" not in cells


FORMATS: dict[TableFormat, tuple[Write, list[Case]]] = {
    TableFormat.PARQUET: (as_parquet, list(CASES)),
    TableFormat.CSV: (as_csv, [case for case in CASES if fits_csv(case)]),
}


def found(root: Path, which: str, format_: TableFormat) -> dict[str, RuleResult]:
    """Validate the cases that a format can hold, stored in it."""
    write, cases = FORMATS.get(format_, (None, list(CASES)))
    contract = contract_of(PARENTS + "\n".join(case.yaml for case in cases))
    store(root, "shop.parents", {"a": "string", "b": "long"}, [("a", 1), ("b", 1)])
    for case in cases:
        rows = case.rows(getattr(case, which))
        if write is None:
            store(root, case.table, case.columns, rows, files=2)
        else:
            (root / "files" / case.name).mkdir(parents=True)
            write(root / "files" / case.name, case, rows)
    if write is not None:
        contract = located(contract, format_)
    # Delta as users have it, perhaps in several processes; what is read otherwise, in this one.
    return outcomes(validate(contract, root) if write is None else validate_here(contract, root))


def located(contract: StageContract, format_: TableFormat) -> StageContract:
    tables = tuple(
        table
        if table.name == "shop.parents"
        else dataclasses.replace(
            table, location=f"files/{table.name.removeprefix('shop.')}", format=format_
        )
        for table in contract.tables
    )
    return dataclasses.replace(contract, tables=tables)


@pytest.mark.parametrize("which", ["good", "bad"])
def test_every_rule_ends_alike_in_every_format(tmp_path: Path, which: str):
    delta = found(tmp_path / "delta", which, TableFormat.DELTA)

    for format_ in FORMATS:
        other = found(tmp_path / format_, which, format_)
        assert len(other) > 100
        different = {
            rule: (delta[rule], result) for rule, result in other.items() if result != delta[rule]
        }
        assert not different, format_
