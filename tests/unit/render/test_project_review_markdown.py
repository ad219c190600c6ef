"""The comment of a whole review keeps within what GitHub takes."""

from __future__ import annotations

import pytest

from spectra_gx.errors import Problem
from spectra_gx.render.project_review_markdown import (
    comment_marker,
    project_review_markdown,
)
from spectra_gx.render.review_markdown import LARGEST, MARKER
from spectra_gx.review.project_review import ProjectReview
from spectra_gx.review.review_result import Review
from tests.unit.review.change_pairs import NOWHERE

NOTHING = Review("main", "work tree", NOWHERE, (), (), (), 0)
LONG = "x" * 2000


def problem(said: str) -> Problem:
    return Problem("contracts/shop.contract.yaml", 1, 2, said)


@pytest.mark.parametrize(
    "whole",
    [
        ProjectReview("", problems=(problem(LONG),) * 60),
        ProjectReview("", stale=(LONG,) * 60, review=NOTHING),
    ],
)
def test_what_is_too_long_is_cut_between_lines(whole):
    text = project_review_markdown(whole)
    assert LARGEST - 3000 < len(text) <= LARGEST
    assert text.endswith("run `spectra-gx review` to read it.*")
    assert text.count("<details>") == text.count("</details>")
    assert {line.count("x") for line in text.splitlines() if "xxx" in line} == {2000}


def test_fifty_problems_are_told():
    text = project_review_markdown(ProjectReview("", problems=(problem("wrong"),) * 51))
    assert text.count("| wrong |") == 50
    assert text.endswith("\n1 more; `spectra-gx lint` lists all.")


def test_words_of_contracts_call_nobody():
    text = project_review_markdown(
        ProjectReview("", problems=(problem("@everyone </details> | `x` #1"),))
    )
    assert "@everyone" not in text
    assert "</details>" not in text
    assert "\\| \\`x\\`" in text


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (ProjectReview("", review=NOTHING), 0),
        (ProjectReview("", stale=("gx/x.json",), review=NOTHING), 1),
        (ProjectReview("", problems=(problem("wrong"),)), 2),
    ],
)
def test_the_exit_code_says_who_must_act(whole, code):
    assert whole.exit_code == whole.to_dict()["exit_code"] == code


def test_each_project_of_a_repository_has_its_marker():
    assert comment_marker(ProjectReview("")) == MARKER
    assert comment_marker(ProjectReview("a/b")) == "<!-- spectra-gx diff a/b -->"
    assert comment_marker(ProjectReview("a-->b\nc")) == "<!-- spectra-gx diff a--%3Eb%0Ac -->"
