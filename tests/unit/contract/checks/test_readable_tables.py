"""What contract SQL may read, and which of it is sensitive."""

import pytest

from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from tests.fakes.contracts import contract_of

CONSUMER = parse_contract(
    b"""
contract: prepare
version: 1.0.0
owner: me
tables:
  prepare.people: {columns: {id: long, email: {type: string, classification: pii}}}
consumes:
  source:
    version: ">=1.0"
    tables: {source.people: {columns: {id: long, email: string, gone: string}}}
""",
    "prepare.contract.yaml",
)
PRODUCER = parse_contract(
    b"""
contract: source
version: 1.0.0
owner: me
tables:
  source.people:
    columns: {id: long, email: {type: string, format: masked}, secret: string}
""",
    "source.contract.yaml",
)
OWN = {"id": False, "email": True}


def test_without_the_producers_contract_every_consumed_column_counts_as_sensitive():
    assert readable_tables(CONSUMER, {}) == {
        "prepare.people": OWN,
        "source.people": {"id": True, "email": True, "gone": True},
    }


def test_the_producers_contract_says_which_consumed_columns_are_sensitive():
    assert readable_tables(CONSUMER, {"source": PRODUCER}) == {
        "prepare.people": OWN,
        "source.people": {"id": False, "email": True, "gone": True},
    }


def test_only_columns_that_are_named_under_consumes_may_be_read():
    assert "secret" not in readable_tables(CONSUMER, {"source": PRODUCER})["source.people"]


@pytest.mark.parametrize(
    "counts",
    [
        "rows: {same_as: shop.unknown}",
        (
            "rules: [{id: its, expect: ExpectTableRowCountToEqualOtherTable, "
            "with: {other_table_name: shop.unknown}}]"
        ),
    ],
)
def test_a_table_that_is_not_declared_is_reported_at_its_name(counts):
    with pytest.raises(ContractError) as raised:
        contract_of(f"shop.t:\n  columns: {{a: long}}\n  {counts}\n")
    (problem,) = raised.value.problems
    assert problem.message.startswith("table 'shop.unknown' is neither declared nor consumed")
    assert problem.column == f"    {counts}".index("shop.unknown") + 1
