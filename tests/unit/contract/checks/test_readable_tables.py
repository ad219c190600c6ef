"""What contract SQL may read, and which of it is sensitive."""

from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.loading import parse_contract

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
