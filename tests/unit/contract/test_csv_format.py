"""What a contract says under `csv` is kept, whole and in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.loading import parse_contract
from tests.unit.contract.lint_failures import csv

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract

ALL = (
    r'{delimiter: "\t", quote: none, escape: "\\", encoding: utf-16, decimal: ",", thousands: ".",'
    ' header: false, skip_rows: 2, comment: "#", null_values: [], date_format: "%d.%m.%Y",'
    ' timestamp_format: "%d.%m.%Y %H:%M"}'
)


def loaded(text: str) -> StageContract:
    return parse_contract(text.encode(), "demo.contract.yaml")


def test_every_key_is_read() -> None:
    [table] = loaded(csv(ALL)).tables

    assert table.csv == CsvFormat(
        delimiter="\t",
        quote=None,
        escape="\\",
        encoding="utf-16",
        decimal=",",
        thousands=".",
        header=False,
        skip_rows=2,
        comment="#",
        null_values=(),
        date_format="%d.%m.%Y",
        timestamp_format="%d.%m.%Y %H:%M",
    )


@pytest.mark.parametrize("written", [ALL, "{}", "{delimiter: ;}", '{quote: "\'"}'])
def test_what_is_dumped_is_loaded(written: str) -> None:
    contract = loaded(csv(written))

    assert loaded(dump_contract(contract)) == contract


def test_what_is_plain_need_not_be_written() -> None:
    contract = loaded(csv('{delimiter: ",", quote: \'"\', header: true, null_values: [""]}'))

    assert contract.tables[0].csv == PLAIN_CSV
    assert "csv:" not in dump_contract(contract)


def test_a_number_in_quotes_may_contain_the_delimiter() -> None:
    assert loaded(csv('{delimiter: ",", decimal: ","}')).tables[0].csv.decimal == ","
