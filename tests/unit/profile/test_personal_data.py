"""What values look like: by their letters and check digits, never by chance."""

from __future__ import annotations

import random

import pytest
from stdnum import luhn
from stdnum.pl import pesel

from spectra_gx.profile.personal_data import classify_values

CHANCE = random.Random(1)  # noqa: S311 - no secret


def digits(count):
    return "".join(CHANCE.choice("0123456789") for _ in range(count))


def cards(count):
    numbers = [f"4{digits(14)}" for _ in range(count)]
    return [number + luhn.calc_check_digit(number) for number in numbers]


def pesels(count):
    numbers = [
        f"8{CHANCE.randrange(10)}0{1 + row % 9}1{row % 10}{digits(4)}" for row in range(count)
    ]
    return [number + pesel.calc_check_digit(number) for number in numbers]


@pytest.mark.parametrize(
    ("values", "level", "kind"),
    [
        (["nothing", "write to ann.lee@example.com today"], "pii", "e-mail addresses"),
        (["paid from AT61 1904 3002 3457 3201"], "pii", "IBANs"),
        (["DE89370400440532013000"], "pii", "IBANs"),
        (["x"] * 50 + ["+43 660 1234567"], "pii", "telephone numbers"),
        (["0043 (660) 123-45-67"], "pii", "telephone numbers"),
        (cards(20), "confidential", "card numbers"),
        ([" ".join(c[i : i + 4] for i in (0, 4, 8, 12)) for c in cards(9)], "confidential",
         "card numbers"),
        (pesels(30), "pii", "personal identity numbers"),
    ],
)  # fmt: skip
def test_values_of_persons_are_recognised(values, level, kind):
    found = classify_values(values)
    assert (found.level, found.kind) == (level, kind)


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["", " "],
        [str(number) for number in range(10**10, 10**10 + 2000)],
        [digits(16) for _ in range(500)],
        [digits(11) for _ in range(500)],
        [f"4{digits(15)}" for _ in range(500)],
        [f"2026-01-{day:02} 10:00:00.123456" for day in range(1, 29)],
        ["AT61 1904 3002 3457 3202", "AB12 3456 7890 1234"],
        ["+1", "+00000000", "GMT+0100", "1+1=2"],
        ["978-3-16-148410-0"] * 30,
        [f"978316148{number:03}{luhn.calc_check_digit(str(number))}" for number in range(100)],
        ["a@b", "@handle", "user@"],
        pesels(19),
        [*pesels(30), *(digits(11) for _ in range(30))],
        [f"{digits(8)}-{digits(4)}-{digits(4)}-{digits(4)}-{digits(12)}" for _ in range(100)],
    ],
)
def test_other_values_are_not(values):
    assert classify_values(values) is None


def test_no_value_is_in_what_is_found():
    [number, *_] = numbers = cards(20)
    assert number not in str(classify_values(numbers))
