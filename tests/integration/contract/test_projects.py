"""Contracts on disk: where they are looked for, and what is said when they are not there."""

import pytest

from spectra_gx.contract.linting import lint_project
from spectra_gx.contract.loading import (
    find_project,
    load_project,
    resolve_contract,
)
from spectra_gx.errors import ContractError, UsageError


def text(stage="source", table="demo.t"):
    return (
        f"contract: {stage}\nversion: 1.0.0\nowner: me\n"
        f"tables: {{{table}: {{columns: {{a: long}}}}}}\n"
    )


@pytest.fixture
def project(tmp_path):
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/source.contract.yaml").write_text(text())
    (tmp_path / "contracts/prepare.contract.yaml").write_text(text("prepare", "demo.u"))
    return tmp_path


def test_a_project_is_its_contracts_by_stage(project):
    contracts = load_project(project)
    assert sorted(contracts) == ["prepare", "source"]
    assert contracts["source"].file == "contracts/source.contract.yaml"
    lint = lint_project(project)
    assert (lint.problems, lint.notes, lint.files) == ((), (), 2)


def test_a_project_is_found_upwards_from_any_folder_in_it(project):
    deep = project / "a/b/c"
    deep.mkdir(parents=True)
    assert find_project(deep) == project
    assert find_project(project / "contracts") == project


def test_without_a_project_the_next_step_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"contains `contracts/`; go to your project"):
        find_project(tmp_path)


def test_a_project_without_contracts_does_not_pass_in_silence(tmp_path):
    (tmp_path / "contracts").mkdir()
    for read in (load_project, lint_project):
        with pytest.raises(UsageError, match="contains no contract; write"):
            read(tmp_path)


def test_the_problems_of_all_files_come_at_once(project):
    for stage in ("source", "prepare"):
        (project / f"contracts/{stage}.contract.yaml").write_text(f"contract: {stage}\nx: 1\n")
    with pytest.raises(ContractError) as raised:
        load_project(project)
    assert [problem.file for problem in raised.value.problems] == [
        *["contracts/prepare.contract.yaml"] * 4,
        *["contracts/source.contract.yaml"] * 4,
    ]


@pytest.mark.parametrize("name", ["a.yaml", "a.contract.yml", "deep/a.contract.yaml"])
def test_a_file_that_nothing_would_read_is_told(project, name):
    stray = project / "contracts" / name
    stray.parent.mkdir(exist_ok=True)
    stray.write_text(text("a"))
    with pytest.raises(ContractError, match="1:1: this file is not read; name it"):
        load_project(project)


def test_a_stage_or_a_path_names_a_contract(project):
    assert resolve_contract("source", project).name == "source"
    path = project / "contracts/prepare.contract.yaml"
    assert resolve_contract(str(path), project).file == str(path)


def test_the_nearest_stage_is_offered(project):
    with pytest.raises(UsageError, match="is for stage 'sorce' — did you mean 'source'"):
        resolve_contract("sorce", project)
    with pytest.raises(UsageError, match="stages are prepare, source"):
        resolve_contract("zzz", project)


def test_a_file_name_counts_only_inside_contracts(project, tmp_path):
    elsewhere = tmp_path / "other.yaml"
    elsewhere.write_text(text())
    assert resolve_contract(str(elsewhere), project).name == "source"
    inside = project / "contracts/other.contract.yaml"
    inside.write_text(text())
    with pytest.raises(
        ContractError, match=r"1:11: this file contains the contract of stage 'source'"
    ):
        resolve_contract(str(inside), project)


def test_a_missing_file_is_told_kindly(tmp_path):
    with pytest.raises(UsageError, match="no contract exists at"):
        resolve_contract(str(tmp_path / "none.yaml"), tmp_path)
    with pytest.raises(UsageError, match="is not a file"):
        resolve_contract(str(tmp_path), tmp_path)


def test_a_link_that_leads_nowhere_is_a_problem_with_a_place(project):
    (project / "contracts/gone.contract.yaml").symlink_to(project / "nowhere")
    with pytest.raises(ContractError, match=r"gone\.contract\.yaml:1:1: this file cannot be read"):
        load_project(project)
