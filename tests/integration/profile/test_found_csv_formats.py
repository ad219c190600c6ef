"""`init` finds how odd CSV files are written: its contract reads them as a person means them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import SpectraError
from spectra_gx.project import Project
from tests.odd_csv import encodings, layouts, values
from tests.odd_csv.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.odd_csv.odd_file import OddFile

FILES = [*encodings.FILES, *layouts.FILES, *values.FILES]
LEAST_OF_TEN = 9
"""Of ten files, how many have to be found."""


def found(odd: OddFile, folder: Path) -> list[tuple[Any, ...]] | str:
    """Return the rows by the contract that `init` writes, or what it says."""
    folder.mkdir()
    (folder / "file.csv").write_bytes(odd.data)
    try:
        text = Project.open().init([str(folder / "file.csv")], stage="odd")
    except SpectraError as error:
        return error.message
    [table] = parse_contract(text.encode(), "odd.contract.yaml").tables
    return read(odd.data, table, folder)[1]


def comparable(rows: list[Any]) -> list[list[Any]]:
    """Return rows in which numbers of different types are equal."""
    return [[str(float(cell)) if is_number(cell) else cell for cell in row] for row in rows]


def is_number(cell: Any) -> bool:
    return hasattr(cell, "__float__") and not isinstance(cell, bool)


def test_init_finds_how_most_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "contracts").mkdir()
    monkeypatch.chdir(tmp_path)
    missed = {}
    for number, odd in enumerate(FILES):
        rows = found(odd, tmp_path / f"{number}")
        if isinstance(rows, str) or comparable(rows) != comparable([*odd.rows]):
            missed[odd.name] = rows

    assert len(FILES) >= 40
    assert 10 * (len(FILES) - len(missed)) >= LEAST_OF_TEN * len(FILES), missed


def test_what_is_not_sure_is_a_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contracts").mkdir()
    monkeypatch.chdir(tmp_path)
    lines = ["id;name;day;total", *(f"{n};Mül{n};0{n}/02/2026;1,{n}00" for n in range(1, 9))]
    (tmp_path / "days.csv").write_bytes("\n".join(lines).encode("cp1252"))

    text = Project.open().init(["days.csv"], stage="odd")

    [table] = parse_contract(text.encode(), "odd.contract.yaml").tables
    assert (table.csv.date_format, table.csv.decimal, table.csv.thousands) == (None, ".", None)
    assert "# there are dates that could be read by `date_format: %d/%m/%Y` or" in text
    assert "# there are numbers that could be read by `decimal: ','` or `thousands: ','`" in text
    assert "is a guess: compare some letters beyond ASCII" in text


def test_texts_that_a_number_would_change_stay_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "contracts").mkdir()
    monkeypatch.chdir(tmp_path)
    rows = [
        "telephone,balance,ratio",
        "+4312345678,1234567890123456.78,0.14285714285714285",
        "+4987654321,1.50,1234.5",
    ]
    (tmp_path / "accounts.txt").write_text("\n".join(rows))

    text = Project.open().init(["accounts.txt"], stage="odd")

    [table] = parse_contract(text.encode(), "odd.contract.yaml").tables
    assert (table.name, table.format) == ("odd.accounts", "csv")
    assert [column.type for column in table.columns] == ["string", "string", "double"]
