"""How a value must be written in CSV to be of a type; everything else is not of it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from spectra_gx.warehouse.file_formats.csv_values import read_as

FITS = {
    "boolean": ["true", "TRUE", "False"],
    "byte": ["0", "-128", "127", "007", "-0"],
    "short": ["32767"],
    "integer": ["-2147483648"],
    "long": ["9223372036854775807"],
    "decimal(5,2)": ["1", "-1.5", "999.99", "0.10", "1.230"],
    "decimal(2,2)": ["0.12"],
    "decimal(38,0)": ["9" * 38],
    "decimal(38,2)": ["-" + "9" * 36 + ".99"],
    "float": ["0.1", "1e-3", "NaN", "-inf"],
    "double": ["1.", ".5", "+1E+2", "nan", "Infinity", "1e-999"],
    "date": ["2024-02-29", "0001-01-01", "9999-12-31"],
    "timestamp": [
        "2026-01-31T12:00:00.123456+01:00",
        "2026-01-31 12:00Z",
        "2026-01-31T12:00:00+0100",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    ],
    "timestamp_ntz": ["2026-01-31T12:00", "2026-01-31 12:00:00.5"],
}
BREAKS = {
    "boolean": ["1", "yes", "t", " true"],
    "byte": ["128", "+1", "1.0", "1e2", "0x1", " 1", "1 ", "1\n", "１"],
    "short": ["32768"],
    "integer": ["2147483648", "1,000", "1_000"],
    "long": ["9223372036854775808"],
    "decimal(5,2)": ["1.234", "1000", "1e2", "+1", ".5", "5.", "NaN", "1,5"],
    "decimal(2,2)": ["1", "1.00"],
    "decimal(38,0)": ["9" * 39, "1" * 400, "1.5"],
    "decimal(38,2)": ["1.001", "1" + "0" * 36, "1." + "0" * 60],
    "float": ["1e39", "1,5", "--1"],
    "double": ["1e999", "-1e999", "0x10", "1_0", "infinite"],
    "date": ["2023-02-29", "2024-1-1", "20240101", "2024-01-01T00:00", "0000-00-00", "0000-12-31"],
    "timestamp": [
        "2026-01-31T12:00:00",
        "2026-01-31",
        "2026-01-31T24:00Z",
        "2026-01-31T12:00:00.1234567Z",
        "0001-01-01T00:00+01:00",
        "9999-12-31T23:30-01:00",
    ],
    "timestamp_ntz": ["2026-01-31T12:00Z", "2026-01-31", "0000-06-01T12:00"],
}


@pytest.mark.parametrize("type_text", FITS)
def test_what_fits_is_read(type_text: str):
    read = read_as(pa.array([*FITS[type_text], None]), type_text)

    assert [value.is_valid for value in read] == [*[True] * len(FITS[type_text]), False]


@pytest.mark.parametrize("type_text", BREAKS)
def test_what_does_not_fit_is_not_read_and_takes_no_other_with_it(type_text: str):
    good, bad = FITS[type_text], BREAKS[type_text]
    read = read_as(pa.array([*bad, *good, bad[0]]), type_text)

    assert [value.is_valid for value in read] == [*[False] * len(bad), *[True] * len(good), False]
