"""What the source stage stores, held against the contract: rule by rule, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from deltalake import DeltaTable

from spectra_gx import Project
from spectra_gx.contract.loading import load_project
from spectra_gx.warehouse.warehouse import Warehouse
from tests.conftest import REPOSITORY
from tests.fakes.tables import PREPARE, SOURCE, folder, stored

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.validation.results import StageResult

CONTRACTS = load_project(REPOSITORY)
SOURCE_CONTRACT, PREPARE_CONTRACT = CONTRACTS["source"], CONTRACTS["prepare"]
RULES = [rule.id for rule in SOURCE_CONTRACT.rules()]


@pytest.fixture(scope="module")
def checked(published_project: Path) -> StageResult:
    return Project.open(published_project).check("source")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_contract_passes(rule: str, checked: StageResult):
    [found] = [found for found in checked.all_rules() if found.id == rule]
    assert found.status == "passed", found.message


def test_nothing_else_was_judged(checked: StageResult):
    assert sorted(rule.id for rule in checked.all_rules()) == sorted(RULES)
    assert (checked.verdict, checked.declared) == ("passed", len(RULES))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for contract in (SOURCE_CONTRACT, PREPARE_CONTRACT)
        for table in contract.tables
        for column in table.columns
    ],
)
def test_a_column_is_stored_as_declared(table: str, column: str, published_project: Path):
    contract = CONTRACTS[table.split(".", maxsplit=1)[0]].table(table)
    assert contract is not None
    declared = contract.column(column)
    assert declared is not None
    types = Warehouse.schema(DeltaTable(folder(published_project, table)))
    assert types[column] == declared.type


@pytest.mark.parametrize("table", [*SOURCE, *PREPARE])
def test_no_table_holds_a_column_that_nobody_declared(table: str, published_project: Path):
    contract = CONTRACTS[table.split(".", maxsplit=1)[0]].table(table)
    assert contract is not None
    assert stored(published_project, table).column_names == [
        column.name for column in contract.columns
    ]


@pytest.mark.parametrize(
    "guarantee", SOURCE_CONTRACT.guarantees, ids=lambda guarantee: guarantee.id
)
def test_a_guarantee_is_proven_by_rules_that_pass(guarantee, checked: StageResult):
    statuses = {rule.id: rule.status for rule in checked.all_rules()}
    assert guarantee.proven_by
    assert {statuses[rule] for rule in guarantee.proven_by} == {"passed"}


@pytest.mark.parametrize("table", PREPARE)
def test_the_next_stages_tables_are_created_empty(table: str, published_project: Path):
    assert stored(published_project, table).num_rows == 0


def test_tables_stay_readable_by_every_delta_reader(published_project: Path):
    for name in (*SOURCE, *PREPARE, "log.sourcelog"):
        protocol = DeltaTable(folder(published_project, name)).protocol()
        assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
