"""A mutant meets the tests that execute its statement."""

from __future__ import annotations

import ast

import pytest

from tests.campaign.chosen_tests import executing, statement_at, within

MODULE = ast.parse("""\
LIMIT = (
    1,
    2,
)

@decorated
def outer(
    value=3,
):
    try:
        return inner(
            value,
        )
    except ValueError:
        return None
""")

SECONDS = {"a.py::slow": 9.0, "a.py::fast": 0.1, "b.py::other": 1.0, "ab.py::third": 0.5}


@pytest.mark.parametrize(
    ("line", "lines", "at_import"),
    [
        (3, range(1, 5), True),
        (6, range(6, 10), True),
        (8, range(6, 10), True),
        (10, range(10, 11), False),
        (12, range(11, 14), False),
        (14, range(14, 15), False),
        (15, range(15, 16), False),
    ],
)
def test_a_line_belongs_to_its_innermost_statement(
    line: int, lines: range, at_import: bool
) -> None:
    found = statement_at(MODULE, line)
    assert (found.lines, found.at_import) == (lines, at_import)


def test_tests_come_fastest_first_and_import_is_no_test() -> None:
    assert executing(["a.py::slow|run", "", "b.py::other|run", "gone.py::x|run"], SECONDS) == [
        "b.py::other",
        "a.py::slow",
    ]


def test_whatever_shares_a_fixture_is_chosen() -> None:
    assert executing(["a.py::slow|setup"], SECONDS) == ["a.py::fast", "a.py::slow"]


def test_time_is_limited_for_what_a_file_shares_too_but_one_test_always_runs() -> None:
    tests = ["a.py::fast", "ab.py::third", "b.py::other", "a.py::slow"]
    assert within(tests, SECONDS, 3) == ["ab.py::third", "b.py::other"]
    assert within(tests, SECONDS, 30) == tests
    assert within(["a.py::slow"], SECONDS, 2) == ["a.py::slow"]
    assert within([], SECONDS, 2) == []
