"""The comment of a whole review keeps within what GitHub takes."""

from __future__ import annotations

import pytest

from spectra_gx.errors import Problem
from spectra_gx.render.changes_markdown import LARGEST, MARKER
from spectra_gx.render.whole import marker_of, whole_json, whole_markdown
from spectra_gx.review.review import Review
from spectra_gx.review.whole import WholeReview
from tests.unit.review.pairs import NOWHERE

NOTHING = Review("main", "work tree", NOWHERE, (), (), (), 0)
LONG = "x" * 2000


def problem(said: str) -> Problem:
    return Problem("contracts/shop.contract.yaml", 1, 2, said)


@pytest.mark.parametrize(
    "whole",
    [
        WholeReview("", problems=(problem(LONG),) * 60),
        WholeReview("", stale=(LONG,) * 60, review=NOTHING),
    ],
)
def test_what_is_too_long_is_cut_between_lines(whole):
    text = whole_markdown(whole)
    assert LARGEST - 3000 < len(text) <= LARGEST
    assert text.endswith("run `spectra-gx review` to read it.*")
    assert text.count("<details>") == text.count("</details>")
    assert {line.count("x") for line in text.splitlines() if "xxx" in line} == {2000}


def test_fifty_problems_are_told():
    text = whole_markdown(WholeReview("", problems=(problem("wrong"),) * 51))
    assert text.count("| wrong |") == 50
    assert text.endswith("\n1 more; `spectra-gx lint` tells all.")


def test_words_of_contracts_call_nobody():
    text = whole_markdown(WholeReview("", problems=(problem("@everyone </details> | `x` #1"),)))
    assert "@everyone" not in text
    assert "</details>" not in text
    assert "\\| \\`x\\`" in text


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (WholeReview("", review=NOTHING), 0),
        (WholeReview("", stale=("gx/x.json",), review=NOTHING), 1),
        (WholeReview("", problems=(problem("wrong"),)), 2),
    ],
)
def test_the_exit_code_says_who_must_act(whole, code):
    assert whole.exit_code == whole_json(whole)["exit_code"] == code


def test_each_project_of_a_repository_has_its_marker():
    assert marker_of(WholeReview("")) == MARKER
    assert marker_of(WholeReview("a/b")) == "<!-- spectra-gx diff a/b -->"
    assert marker_of(WholeReview("a-->b\nc")) == "<!-- spectra-gx diff a--%3Eb%0Ac -->"
