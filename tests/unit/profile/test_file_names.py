"""What the names of files say."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from spectra_gx.profile.file_names import as_word, ending_of, family_of, suffix_of, table_word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("orders-1.csv", "orders-22.csv"),
        ("orders_2026-01-31.parquet", "orders_2026-02-28.parquet"),
        ("Orders.january.csv", "orders.csv"),
        ("sales-jan.csv", "sales-feb.csv"),
        (
            "part-00000-5e2c1f3a-1b2c-4d5e-8f90-aabbccddeeff-c000.snappy.parquet",
            "part-00001-0a1b2c3d-9f8e-4d5e-8f90-001122334455-c001.snappy.parquet",
        ),
        ("20260101_120000.json", "7.json"),
    ],
)
def test_numbers_and_days_are_none_of_a_family(one, other):
    assert family_of(one) == family_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("orders.csv", "customers.csv"), ("orders-1.csv", "orders-lines-1.csv"), ("a.csv", "1.csv")],
)
def test_other_words_are_other_families(one, other):
    assert family_of(one) != family_of(other)


def test_an_ending_says_how_a_file_is_stored():
    assert suffix_of(PurePosixPath("a.b.CSV.gz")) == ".csv"
    assert ending_of(PurePosixPath("a.b.csv.gz")) == ".csv.gz"
    assert ending_of(PurePosixPath("part-1.snappy.parquet")) == ".parquet"


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("data/My orders.csv", "My_orders"),
        ("data/2026.csv", "_2026"),
        ("data/*.csv", "data"),
        ("données/é.csv", "donn_es"),
        ("*", "table"),
    ],
)
def test_a_table_is_named_after_its_path(path, word):
    assert table_word(PurePosixPath(path)) == word


def test_a_text_without_letters_is_no_word():
    assert as_word("–") == ""
