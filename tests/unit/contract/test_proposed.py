"""A contract that is in no file, linted and compared as if it were in the project."""

from __future__ import annotations

import pytest

from spectra_gx import Project, UsageError
from spectra_gx.contract.linting import lint_proposed

SHOP = """\
contract: shop
version: 1.0.0
owner: Shop Data
tables:
  shop.orders:
    columns:
      id: {type: long, required: true}
"""
SALES = (
    SHOP.replace("shop", "sales")
    + """\
consumes:
  shop:
    version: ">=1.0,<2"
    tables: {shop.orders: {columns: {id: {type: long, required: true}}}}
"""
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "contracts").mkdir()
    for name, text in (("shop", SHOP), ("sales", SALES)):
        (tmp_path / "contracts" / f"{name}.contract.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def messages(result):
    return [str(problem) for problem in result.problems]


def test_it_takes_the_place_of_the_contract_of_its_stage(root):
    assert messages(lint_proposed(SHOP.encode(), root)) == []


def test_what_it_declares_may_not_be_declared_elsewhere(root):
    [problem] = messages(
        lint_proposed(SHOP.replace("contract: shop", "contract: x").encode(), root)
    )
    assert problem == (
        "proposed.contract.yaml:5:3: table 'shop.orders' is already declared in "
        "`contracts/shop.contract.yaml`; consume it instead"
    )


def test_what_it_consumes_is_looked_up_in_the_project(root):
    stricter = SALES.replace("type: long, required: true}}}}", "type: string}}}}")
    [problem] = messages(lint_proposed(stricter.encode(), root))
    assert problem.startswith("proposed.contract.yaml:11:")


def test_an_empty_project_is_enough(tmp_path):
    assert messages(lint_proposed(SHOP.encode(), tmp_path)) == []


def test_a_project_says_what_a_text_would_change_and_whom_it_breaks(root):
    review = Project.open(root).diff_text("shop", SHOP.replace("      id:", "      key:"))
    assert (str(review.verdict), str(review.required)) == ("bump_needed", "major")
    assert {change.id for change in review.changes} == {"column-renamed"}
    assert review.changes[0].breaks == ("sales",)
    assert (review.old, review.new) == ("contracts/shop.contract.yaml", "proposed.contract.yaml")


def test_the_stage_has_to_exist(root):
    with pytest.raises(UsageError, match="did you mean 'shop'"):
        Project.open(root).diff_text("shopp", SHOP)
