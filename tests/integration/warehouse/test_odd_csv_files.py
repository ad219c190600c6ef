"""Each odd file is read exactly as a person reads it, or refused with the line and the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import FileError
from tests.odd_csv import encodings, layouts, refused, values
from tests.odd_csv.reading import read, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.odd_csv.odd_file import OddFile

FILES = [*encodings.FILES, *layouts.FILES, *values.FILES]


@pytest.mark.parametrize("odd", FILES, ids=lambda odd: odd.name)
def test_a_file_is_read_as_a_person_means_it(odd: OddFile, tmp_path: Path) -> None:
    types, rows = read(odd.data, table_of(odd.csv, odd.columns), tmp_path)

    assert types == dict(odd.columns)
    assert rows == [tuple(row) for row in odd.rows]


@pytest.mark.parametrize("wrong", refused.FILES, ids=lambda wrong: wrong.name)
def test_a_file_that_is_written_otherwise_is_refused(
    wrong: refused.Refused, tmp_path: Path
) -> None:
    table = table_of(wrong.csv, {"id": "long", "note": "string"})

    with pytest.raises(FileError) as caught:
        read(wrong.data, table, tmp_path)

    assert [said for said in wrong.said if said not in caught.value.message] == []


@pytest.mark.parametrize(
    ("type_", "text", "key"),
    [
        ("decimal(8,2)", "1,50", 'csv: {decimal: ","}'),
        ("decimal(8,2)", "1.234,50", 'csv: {decimal: ",", thousands: "."}'),
        ("long", "1'234", 'csv: {thousands: "\'"}'),
        ("date", "31.01.2026", 'csv: {date_format: "%d.%m.%Y"}'),
        ("timestamp_ntz", "31.01.2026 12:00", 'csv: {timestamp_format: "%d.%m.%Y %H:%M"}'),
        ("decimal(8,2)", "1.505", "decimal(8,2))"),
        ("long", "secret", ""),
    ],
)
def test_values_that_are_not_of_their_type_name_the_key_that_reads_them(
    type_: str, text: str, key: str, tmp_path: Path
) -> None:
    data = f"id;value\n1;{text}\n2;\n".encode()
    types, rows = read(data, table_of("{delimiter: ;}", {"id": "long", "value": type_}), tmp_path)

    assert types["value"].startswith(f"string (1 of 2 rows cannot be read as {type_}")
    assert key in types["value"]
    assert text not in types["value"]
    assert [row[1] for row in rows] == [text, None]
