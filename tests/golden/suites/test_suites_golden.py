"""Every rule kind as GX is asked it, held as files that `tests/golden/regenerate.py` writes."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from spectra_gx.compiler.artefacts import compile_project, stale_artefacts, write_artefacts
from spectra_gx.compiler.rule_compilation import compile_table, compiled_kinds
from spectra_gx.contract.loading import load_project
from tests.golden.regenerate import ARTEFACTS, CONTRACT, REPOSITORY, golden_artefacts

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = golden_artefacts()


@pytest.mark.parametrize("path", sorted(GOLDEN))
def test_what_a_contract_compiles_to(path: str) -> None:
    assert (ARTEFACTS / path).read_text(encoding="utf-8") == GOLDEN[path]


def test_no_file_stands_that_nothing_compiles_to() -> None:
    standing = {file.relative_to(ARTEFACTS).as_posix() for file in ARTEFACTS.rglob("*.*")}
    assert standing == set(GOLDEN)


def test_every_kind_has_a_golden_expectation() -> None:
    assert {rule.kind for rule in CONTRACT.rules()} == compiled_kinds() | {"undeclared_tables"}


def test_compiling_twice_gives_the_same_bytes() -> None:
    assert compile_project([CONTRACT]) == compile_project([CONTRACT])


def test_the_committed_artefacts_are_those_of_the_contracts() -> None:
    contracts = load_project(REPOSITORY).values()
    assert stale_artefacts(compile_project(contracts), REPOSITORY) == ()


def test_artefacts_hold_no_path_and_no_time() -> None:
    for text in GOLDEN.values():
        assert str(REPOSITORY) not in text
        assert "great_expectations_version" not in text


def test_each_rule_is_one_expectation_under_its_own_id() -> None:
    for table in CONTRACT.tables:
        compiled = compile_table(table)
        assert [one["meta"]["rule"] for one in compiled] == [rule.id for rule in table.rules]
        assert len({one["id"] for one in compiled}) == len(compiled)
        assert json.loads(json.dumps(compiled)) == compiled


def test_writing_removes_what_lost_its_contract_and_nothing_of_others(tmp_path: Path) -> None:
    artefacts = compile_project([CONTRACT])
    fewer = compile_project([dataclasses.replace(CONTRACT, tables=CONTRACT.tables[:1])])
    somebodys = tmp_path / "gx/expectations/shop/somebodys.json"
    somebodys.parent.mkdir(parents=True)
    somebodys.write_text('{"name": "shop.somebodys", "id": "7", "expectations": []}')
    assert set(write_artefacts(artefacts, tmp_path)) == set(artefacts)
    assert write_artefacts(artefacts, tmp_path) == ()
    assert set(write_artefacts(fewer, tmp_path)) == set(artefacts) - set(fewer)
    assert somebodys.exists()
    (tmp_path / "checkpoints/shop.all.json").write_text("{}")
    assert stale_artefacts(fewer, tmp_path) == ("checkpoints/shop.all.json",)
