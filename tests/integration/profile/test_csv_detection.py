"""What the first lines of CSV files show, and where they show too little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.profile.csv_detection import FoundFormat, detect_format

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, *contents: bytes) -> FoundFormat:
    files = {}
    for number, content in enumerate(contents):
        path = folder / f"{number}.csv"
        path.write_bytes(content)
        files[path.name] = str(path)
    return detect_format(files)


def lines(*of: str) -> bytes:
    return "".join(f"{line}\n" for line in of).encode()


@pytest.mark.parametrize(
    "content",
    [
        lines("price", "1,50", "2,75", "3,10"),
        lines("at", *(f"2026-01-{day} 10:00:00" for day in range(10, 20))),
        lines("mail", *(f"ann{number}@example.com" for number in range(9))),
        lines("note", *(f"this is, note {number}" for number in range(9))),
        lines("note", "red, green", "one", "two words", "three, four, five"),
    ],
)
def test_signs_in_a_single_column_separate_nothing(content: bytes, tmp_path: Path) -> None:
    one = found(tmp_path, content)

    assert one.format.delimiter.encode() not in content or b"," not in content
    assert (one.format.header, one.format.skip_rows, one.names) == (True, 0, ())


def test_one_column_with_other_signs_is_a_remark(tmp_path: Path) -> None:
    one = found(tmp_path, lines("title", "ann, red", "bob, blue"))

    assert one.remarks == (
        "each line is taken for one field; name the `delimiter` if it has several",
    )


@pytest.mark.parametrize("above", [["Stock", ""], ["Stock of all shops", "in March"]])
def test_lines_above_a_header_are_skipped(above: list[str], tmp_path: Path) -> None:
    one = found(tmp_path, lines(*above, "id;name", "1;ann", "2;bob", "3;cy"))

    assert (one.format.delimiter, one.format.skip_rows) == (";", 2)
    assert one.remarks == ()


def test_a_file_is_not_cut_within_quotes(tmp_path: Path) -> None:
    rows = "".join(f'{number};"first\nsecond; line\nthird"\n' for number in range(900))
    one = found(tmp_path, f"id;note\n{rows}".encode())

    assert (one.format.delimiter, one.format.quote) == (";", '"')


def test_every_byte_of_every_file_shows_the_encoding(tmp_path: Path) -> None:
    plain = lines("id,name", *(f"{number},Ann" for number in range(9)))
    late = plain + "10,Müller\n11,Größe\n12,Köln\n".encode("cp1252")

    one = found(tmp_path, plain, plain * 40_000 + late)

    assert late.decode(one.format.encoding) == late.decode("cp1252")
    assert "is a guess: compare some letters beyond ASCII" in one.remarks[0]


def test_a_zero_byte_is_no_sign_of_another_encoding(tmp_path: Path) -> None:
    assert found(tmp_path, b"id,name\n1,a\0b\n2,c\n").format.encoding == "utf-8"


def test_blanks_before_fields_are_a_remark(tmp_path: Path) -> None:
    [remark] = found(tmp_path, lines("id, size", "1, 2.5", "2, 3.5")).remarks

    assert "begin with a blank, which is a part of them" in remark
