"""How a result shows itself, whatever is in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from spectra_gx.display import MAX_REPR, DisplayedResult, age_text


@dataclass(frozen=True, repr=False)
class Found(DisplayedResult):
    words: str
    cells: tuple[tuple[object, ...], ...] = ()

    def to_dict(self):
        return {"words": self.words}

    def _headline(self):
        return self.words

    def _rows(self):
        return ("first", "second"), self.cells


def test_an_interpreter_shows_one_short_line():
    assert repr(Found("2 of 3 passed")) == "<Found 2 of 3 passed>"
    assert repr(Found("x" * 1000)) == f"<Found {'x' * (MAX_REPR - 10)}…>"
    assert len(repr(Found("x" * 1000))) < MAX_REPR


def test_a_notebook_shows_the_line_and_a_table():
    html = Found("2 of 3 passed", (("a", 1), ("b", None)))._repr_html_()
    assert html == (
        "<div><p><b>Found</b> 2 of 3 passed</p>"
        "<table><thead><tr><th>first</th><th>second</th></tr></thead><tbody>"
        "<tr><td>a</td><td>1</td></tr><tr><td>b</td><td></td></tr></tbody></table></div>"
    )


def test_a_table_without_rows_is_left_out_and_a_long_one_cut():
    assert "<table>" not in Found("nothing")._repr_html_()
    html = Found("much", tuple((str(number), "") for number in range(1060)))._repr_html_()
    assert html.count("<tr>") == 51
    assert "<p>and 1,010 more rows</p>" in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a\x1b[31mb", "a\u202eb", "a\nb"])
def test_nothing_in_a_result_is_markup_or_moves_a_terminal(text):
    found = Found(text, ((text, text),))
    assert "<script" not in found._repr_html_()
    assert (found._repr_html_() + repr(found)).isprintable()


@pytest.mark.parametrize(
    ("seconds", "down", "up"),
    [
        (0, "0s", "0s"),
        (0.4, "0s", "1s"),
        (59.5, "59s", "1m"),
        (60, "1m", "1m"),
        (90, "1m 30s", "1m 30s"),
        (3599.5, "59m 59s", "1h"),
        (5700, "1h 35m", "1h 35m"),
        (5701, "1h 35m", "1h 36m"),
        (93_600, "1d 2h", "1d 2h"),
        (93_601, "1d 2h", "1d 3h"),
        (-5700, "-1h 35m", "-1h 35m"),
    ],
)
def test_ages_have_two_units(seconds: float, down: str, up: str) -> None:
    assert (age_text(seconds, math.floor), age_text(seconds, math.ceil)) == (down, up)
