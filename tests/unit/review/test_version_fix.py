"""Writing a version changes nothing but the version and the changelog."""

from __future__ import annotations

from datetime import date

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import UsageError
from spectra_gx.review.version_fix import set_version
from tests.unit.review.change_pairs import FILE, reviewed

TODAY = date(2026, 11, 21)
TABLES = """\
tables:
  shop.orders:   # one row an order
    columns:
      id: {type: long, required: true}
"""
SIZE = "      size: integer  # in pieces\n"
HEAD = "# Orders of the shop.\ncontract: shop\nversion: 3.1.0   # semver\nowner: Shop Team\n"


def fixed(old: str, new: str) -> str:
    """Return what the new text becomes."""
    [found] = reviewed(old.encode(), new.encode()).contracts
    return set_version(new.encode(), found, TODAY)


def test_only_the_version_and_the_changelog_change():
    old = HEAD + TABLES + SIZE
    new = HEAD + TABLES
    assert fixed(old, new) == HEAD.replace("3.1.0", "4.0.0") + TABLES + (
        "\nchangelog:\n  - version: 4.0.0\n"
        '    date: "2026-11-21"\n    changes:\n'
        "      - Column `shop.orders.size` was removed.\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "changelog:\n  # new\n  - {version: 3.1.0, date: 2026-01-01, changes: [First.]}\n",
            "changelog:\n  # new\n  - version: 4.0.0\n",
        ),
        (
            "changelog:\n- version: 3.1.0\n  date: 2026-01-01\n  changes: [First.]\n",
            "changelog:\n- version: 4.0.0\n  date:",
        ),
        (
            "changelog: [{version: 3.1.0, date: 2026-01-01, changes: [First.]}]\n",
            "changelog: [{version: 4.0.0, date: ",
        ),
        ("changelog: []\n", "changelog: [{version: 4.0.0, date: "),
    ],
)
def test_an_entry_is_put_on_top(before, after):
    # The entry of 3.1.0 was released: the old side has it, too.
    text = fixed(HEAD + TABLES + SIZE + before, HEAD + TABLES + before)
    assert text.startswith(HEAD.replace("3.1.0", "4.0.0") + TABLES + after)
    releases = parse_contract(text.encode(), FILE).changelog
    assert releases[0].changes == ("Column `shop.orders.size` was removed.",)
    assert [release.version for release in releases[1:]] == ["3.1.0"][: "First" in before]


def test_the_entry_of_the_version_written_is_given_the_new_one():
    entry = 'changelog:\n  - {{version: {}, date: "2026-11-20", changes: [No size.]}}\n'
    new = HEAD.replace("3.1.0", "3.1.1") + TABLES + entry.format("3.1.1")
    text = fixed(HEAD + TABLES + SIZE, new)
    assert text == HEAD.replace("3.1.0", "4.0.0") + TABLES + entry.format("4.0.0")


@pytest.mark.parametrize("version", ['"3.1.0"', "'3.1.0'"])
def test_quotes_stay(version):
    head = HEAD.replace("3.1.0", version)
    text = fixed(head + TABLES + SIZE, head + TABLES)
    assert text.startswith(head.replace("3.1.0", "4.0.0"))


def test_line_ends_stay():
    old, new = (text.replace("\n", "\r\n") for text in (HEAD + TABLES + SIZE, HEAD + TABLES))
    text = fixed(old, new)
    assert text.count("\n") == text.count("\r\n")
    assert text.startswith(new.replace("3.1.0", "4.0.0"))


def test_a_file_in_canonical_form_stays_in_it():
    plain = "contract: shop\nversion: 3.1.0\nowner: Shop Team\n\ntables:\n  shop.orders:\n"
    plain += "    columns:\n      id: {type: long, required: true}\n"
    text = fixed(plain + "      size: integer\n", plain)
    assert text.endswith(
        '\nchangelog:\n  - {version: 4.0.0, date: "2026-11-21", '
        "changes: [Column `shop.orders.size` was removed.]}\n"
    )


def test_a_lowered_version_is_put_back_without_an_entry():
    old = HEAD + TABLES
    assert fixed(old, old.replace("3.1.0", "3.0.0")) == old


def test_words_that_yaml_would_read_otherwise_are_quoted():
    old = HEAD + TABLES.replace("one row an order", "x") + "      'a': string\n"
    new = HEAD + TABLES + "      b: long\n"
    text = fixed(old, new)
    assert parse_contract(text.encode(), FILE).changelog[0].changes == (
        "Column `shop.orders.a` was removed.",
        "Column `shop.orders.b` was added.",
    )


def test_a_file_on_one_line_is_left_to_a_person():
    old = "{contract: shop, version: 3.1.0, owner: T, tables: {s.t: {columns: {a: long, b: long}}}}"
    new = old.replace(", b: long", "")
    with pytest.raises(UsageError, match=r"`version: 4\.0\.0`"):
        fixed(old, new)
