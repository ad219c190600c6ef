"""The notebook SDK: seven steps as cells, and the helpers around them."""

from __future__ import annotations

import json

import pytest
from deltalake import DeltaTable

import spectra_gx
from spectra_gx import (
    NotebookSession,
    PrepareStageHelpers,
    SourceStageValidation,
    display_portfolio_summary,
)
from spectra_gx.errors import (
    TableNotFoundError,
    UsageError,
    ValidationError,
    WarehouseError,
)
from tests.fakes.projects import QuickProject
from tests.fakes.tables import PREPARE, SOURCE, bytes_of, edit, folder, replace, stored, version


def log(root):
    rows = DeltaTable(folder(root, "log.sourcelog")).to_pyarrow_table().to_pylist()
    return sorted(rows, key=lambda row: row["recorded_at"])


def last_run(root):
    return [row for row in log(root) if row["record_type"] == "run"][-1]


def test_the_steps_cell_by_cell(project):
    session = NotebookSession("source", project=project, sandbox=True, bootstrap=True)
    session.initialise()
    session.execute()
    assert version(project, "source.endpoints") == 0
    session.validate()
    assert version(project, "source.endpoints") == 1
    recorded = session.record()
    assert (recorded.success, recorded.recorded) == (True, False)
    ended = session.finalise()

    assert (ended.exit_code, ended.recorded) == (0, True)
    assert last_run(project)["execution_id"] == ended.identity.execution_id
    assert json.loads(last_run(project)["parameters"])["bootstrap"] is True


def test_what_a_notebook_logs_by_hand_is_a_row_of_its_own(project):
    with NotebookSession(project=project, sandbox=True) as session:
        session.initialise()
        session.execute()
        session.validate()
        session.log_activity(
            "endpoints",
            target_table="source.endpoints",
            key_column="full_path",
            project_key="SBX",
            row_count=223,
            field_count=10,
            note="by hand",
        )
    [row] = [row for row in log(project) if row["record_type"] == "activity"]
    assert (row["entity_name"], row["target_table"]) == ("endpoints", "source.endpoints")
    assert (row["row_count"], row["field_count"]) == (223, 10)
    assert json.loads(row["metadata"]) == {"note": "by hand"}
    assert row["execution_id"] == last_run(project)["execution_id"]
    with pytest.raises(UsageError, match="recorded already"):
        session.log_activity("too late")


def test_a_step_that_fails_leaves_a_failed_row_behind(project):
    before = bytes_of(project)
    session = NotebookSession(project=project)  # no settings, so no source
    with pytest.raises(spectra_gx.SpectraError, match="API_TOKEN not set"):
        session.initialise()

    assert last_run(project)["status"] == "Failed"
    assert "API_TOKEN not set" in last_run(project)["error_message"]
    assert bytes_of(project) == before
    with pytest.raises(UsageError, match="begin a new `NotebookSession`"):
        session.execute()


def test_the_notebooks_own_code_that_fails_leaves_a_failed_row_too(project):
    def cells():
        with NotebookSession(project=project, sandbox=True) as session:
            session.initialise()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cells()
    assert last_run(project)["status"] == "Failed"
    assert "ZeroDivisionError" in last_run(project)["error_message"]
    assert not (project / "warehouse" / "Files" / "_staging").exists()


def test_a_run_recorded_without_all_its_steps_is_no_success(project):
    session = NotebookSession(project=project, sandbox=True)
    session.initialise()
    ended = session.finalise()
    assert (ended.exit_code, ended.status) == (3, "Failed")
    assert "without `execute()` and `validate()`" in last_run(project)["error_message"]


def test_a_contract_that_fails_is_in_the_result(project):
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))
    with NotebookSession(project=project, sandbox=True) as session:
        session.initialise()
        session.execute()
        session.validate()
    assert session.finalise().exit_code == 1
    assert last_run(project)["status"] == "Failed"


def test_finalising_twice_records_once(project):
    session = NotebookSession(project=QuickProject(project), sandbox=True)
    session.initialise()
    session.execute()
    session.validate()
    assert session.finalise() == session.finalise()
    assert len([row for row in log(project) if row["record_type"] == "run"]) == 2


def test_an_unknown_parameter_is_named(project):
    with pytest.raises(UsageError, match="unknown parameter `bootstrapp`; there are `bootstrap`"):
        NotebookSession(project=project, bootstrapp=True)


def test_the_whole_validation_suite(project):
    result = SourceStageValidation(project).validate_all_source_tables()
    assert [table.table for table in result.tables] == [*SOURCE]

    edit(project, "source.config", lambda found: found.pop())
    with pytest.raises(ValidationError, match=r"is failed: source\.config\.rows$"):
        SourceStageValidation(project).validate_all_source_tables()


def test_the_prepare_stage_is_created_empty_and_left_alone_afterwards(empty_project):
    helpers = PrepareStageHelpers(empty_project)
    assert helpers.initialize_prepare_stage() == PREPARE
    assert helpers.initialize_prepare_stage() == PREPARE
    assert [stored(empty_project, name).num_rows for name in PREPARE] == [0, 0, 0]
    assert [version(empty_project, name) for name in PREPARE] == [0, 0, 0]


def test_the_portfolio_is_summed_up(project, capsys):
    row = display_portfolio_summary(project)
    assert row["total_endpoints"] == 223
    assert "Endpoints             223 (55 hierarchical)" in capsys.readouterr().out


def test_a_portfolio_that_is_none_is_said_kindly(project, empty_project):
    with pytest.raises(TableNotFoundError):
        display_portfolio_summary(empty_project)
    whole = stored(project, "source.portfolio")
    broken = (whole.slice(0, 0), whole.drop_columns(["status", "auth_status"]))
    for table in broken:
        replace(project, "source.portfolio", table)
        with pytest.raises(WarehouseError, match="cannot be summed up"):
            display_portfolio_summary(project)


def test_every_public_name_is_there():
    for name in spectra_gx.__all__:
        assert getattr(spectra_gx, name) is not None
    with pytest.raises(AttributeError, match="has no attribute `nothing`"):
        spectra_gx.nothing  # noqa: B018
