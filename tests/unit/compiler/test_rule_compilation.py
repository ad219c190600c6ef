"""How a rule is compiled, whatever its kind."""

from __future__ import annotations

from spectra_gx.compiler.artefacts import compile_project, compile_suite
from tests.fakes.contracts import contract_of


def test_a_rule_on_items_asks_of_each_value_what_it_would_ask_of_a_column() -> None:
    column = "{type: array, items: {type: date, min: 2026-01-01, max_age: 3d}}"
    contract = contract_of(f"shop.t:\n  columns: {{a: {column}}}\n")
    suite = compile_suite(contract, contract.tables[0])["expectations"]
    nested = [each["kwargs"] for each in suite if each["type"].startswith("expect_nested")]

    least, youngest = nested
    assert least["expectation"]["kwargs"] == {"min_value": "2026-01-01"}
    assert (least["column"], "as_of" in least) == ("a", False)
    assert "as_of" in youngest
    assert not {"column", "as_of"} & youngest["expectation"]["kwargs"].keys()


def test_artefacts_are_written_as_people_read_them() -> None:
    contract = contract_of("shop.t:\n  columns: {größe: long}\n")
    suite = compile_project([contract])["gx/expectations/shop/t.json"]
    assert '"größe"' in suite
    assert suite.endswith("}\n")
