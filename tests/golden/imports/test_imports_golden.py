"""What is imported is what reviewers have seen, and it loads."""

import pytest

from spectra_gx.contract.loading import parse_contract
from tests.golden.imports.imported import EXPECTED, FILES, imported


@pytest.mark.parametrize("name", FILES)
def test_a_foreign_file_becomes_the_contract_that_was_reviewed(name):
    text = imported(name)
    assert text == (EXPECTED / f"{name}.contract.yaml").read_text("utf-8")
    parse_contract(text.encode(), "x")


def test_every_format_has_a_file():
    forms = {name.partition(".")[0] for name in FILES}
    assert forms == {
        "avro",
        "datacontract",
        "dbt",
        "ddl",
        "jsonschema",
        "pandera",
        "pointblank",
        "soda",
    }
