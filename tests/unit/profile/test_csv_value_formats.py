"""Formats of numbers, dates and nulls: the only one that reads a column, or a remark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from spectra_gx.contract.files.csv_format import PLAIN_CSV
from spectra_gx.profile.csv_value_formats import ValueFormats, find_value_formats, reads_as_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEMICOLONS = replace(PLAIN_CSV, delimiter=";")
GERMAN = ["1.234,50", "99,00", "7,25"]


def found(columns: Mapping[str, Sequence[str]], written: Any = SEMICOLONS) -> ValueFormats:
    texts = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    return find_value_formats(texts, written)


@pytest.mark.parametrize("cells", [["1.234", "9.895"], ["1.234", "840", "12.500"]])
def test_points_that_may_separate_thousands_are_for_a_person(cells: list[str]) -> None:
    values = found({"qty": cells})

    assert values.format == SEMICOLONS
    assert values.unsure == {"qty"}
    assert "`type: double` or `decimal: ','` and `thousands: '.'`" in values.remarks[0]


@pytest.mark.parametrize("cells", [["0.500", "1.234"], ["1.2345", "1.234"], ["48.2", "16.371"]])
def test_points_that_separate_no_thousands_are_decimal_ones(cells: list[str]) -> None:
    assert found({"share": cells}) == ValueFormats(SEMICOLONS)


def test_where_commas_separate_fields_points_are_decimal_ones() -> None:
    assert found({"weight": ["1.234", "2.500"]}, PLAIN_CSV) == ValueFormats(PLAIN_CSV)


@pytest.mark.parametrize(
    ("other", "decimal", "thousands"),
    [
        (GERMAN, ",", "."),
        (["1'234.50", "99.00"], ".", "'"),
        (["3.75", "12.5"], ".", None),
    ],
)
def test_another_column_shows_what_points_are(
    other: list[str], decimal: str, thousands: str | None
) -> None:
    values = found({"qty": ["1.234", "9.895"], "total": other})

    assert (values.format.decimal, values.format.thousands) == (decimal, thousands)
    assert (values.remarks, values.unsure) == ((), frozenset())


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"a": ["31.01.2026"], "b": ["2026-01-31"]}, "dates"),
        ({"a": ["31.01.2026 10:00"], "b": ["2026-01-31 10:00"]}, "times"),
        ({"a": ["1,5", "2,25"], "b": ["3.25", "4.5"]}, "numbers"),
    ],
)
def test_columns_of_several_formats_are_a_remark(columns: dict[str, list[str]], what: str) -> None:
    [remark] = found(columns).remarks

    assert remark == f"columns have {what} of several formats, of which only one can be named"


def test_a_null_that_may_be_a_text_elsewhere_is_a_remark() -> None:
    numbers = ["NA", "3", "4", "5"]
    values = found({"qty": numbers, "country": ["NA", "DE", "FR", "US"]})

    assert values.format.null_values == ("",)
    assert "`NA` may be a null, or a text as others in `country`" in values.remarks[0]
    assert found({"qty": numbers, "name": ["NA", "Fred", "Ursula"]}).format.null_values == ("NA",)


@pytest.mark.parametrize("cell", ["1.234,50", "31.01.2026", "1 Feb 2026", "true", "NaN", "1'000"])
def test_values_are_known_from_names(cell: str) -> None:
    assert reads_as_value(cell)


@pytest.mark.parametrize("cell", ["name", "size_2", "Q1 2026", ""])
def test_names_are_no_values(cell: str) -> None:
    assert not reads_as_value(cell)


def test_few_numbers_that_may_be_days_are_named() -> None:
    values = found({"day": ["20200814", "20200714"], "id": ["179465", "12"]})

    assert values.format == SEMICOLONS
    [remark] = values.remarks
    assert "the numbers of `day` may be days; if they are, write `date_format: '%Y%m%d'`" in remark
