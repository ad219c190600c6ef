"""Problems on a screen: the sentence, the line, the caret; never a secret."""

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError, Problem
from spectra_gx.render.github import workflow_commands
from spectra_gx.render.lint_text import problems_text


def shown(column, source):
    text = problems_text([Problem("a.yaml", 3, column, "it is wrong", "form", source)])
    return text.split("\n")


def test_the_caret_stands_under_the_place():
    assert shown(5, "  a: b") == ["a.yaml:3:5: it is wrong", "      a: b", "        ^"]


def test_letters_of_double_width_and_strange_ones_move_no_caret():
    _, line, caret = shown(6, "名前: \u202ex")
    assert line == "    名前:  x"
    assert caret == "    " + " " * 7 + "^"


def test_a_long_line_is_cut_around_the_place():
    _, line, caret = shown(301, "x" * 300 + "!" + "y" * 300)
    assert line[len(caret) - 1] == "!"
    assert line.startswith("    …xxx")
    assert len(line) < 110


@pytest.mark.parametrize("source", [None, "", "   "])
def test_where_nothing_stands_nothing_is_shown(source):
    assert shown(1, source) == ["a.yaml:3:1: it is wrong"]


def test_a_line_with_a_secret_is_not_shown():
    source = b"contract: demo\nowner: ghp_FAKEfakeFAKEfakeFAKE0123\nsystem: 3\n"
    with pytest.raises(ContractError) as caught:
        parse_contract(source, "demo.contract.yaml")
    text = problems_text(caught.value.problems)
    assert "this looks like a secret" in text
    assert "FAKE" not in text
    assert "    system: 3\n            ^" in text


def test_a_workflow_command_hides_nothing_in_its_properties_or_its_message():
    problem = Problem("a,b:c%.yaml", 1, 2, "100% wrong\r\n::error::no", "form")
    assert workflow_commands([("note", problem)], title="lint") == (
        "::notice file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=lint (form)"
        "::a,b:c%25.yaml:1:2: 100%25 wrong%0D%0A::error::no"
    )
