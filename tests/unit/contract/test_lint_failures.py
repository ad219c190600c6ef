"""Every failure by itself: lint says one thing, in one place; the schema refuses what it can."""

import pytest
from jsonschema import Draft202012Validator

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.schema import contract_schema
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError
from tests.unit.contract.lint_failures import FAILURES, VALID, YAML

SCHEMA = Draft202012Validator(contract_schema())


def problems(text):
    with pytest.raises(ContractError) as caught:
        parse_contract(text.encode(), "demo.contract.yaml")
    return caught.value.problems


def is_valid(text):
    return SCHEMA.is_valid(plain_value(parse_yaml(text.encode(), Report("x"))))


def test_what_the_failures_start_from_is_valid():
    assert parse_contract(VALID.encode(), "demo.contract.yaml").tables
    assert is_valid(VALID)


@pytest.mark.parametrize(("text", "said"), [*(failure[:2] for failure in FAILURES), *YAML])
def test_lint_says_one_thing_in_one_place(text, said):
    (problem,) = problems(text)
    assert said in problem.message
    assert 1 <= problem.line <= text.count("\n") + 1
    assert problem.source is None or problem.source == text.split("\n")[problem.line - 1]


@pytest.mark.parametrize(("text", "_", "by_schema"), FAILURES)
def test_the_schema_refuses_what_it_can_express(text, _, by_schema):
    assert is_valid(text) != by_schema
