"""Results of a real project: their dictionaries, and what an interpreter and a notebook show."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from spectra_gx import Fault, FaultKind, Project, RunParameters
from spectra_gx.display import MAX_REPR, DisplayedResult

if TYPE_CHECKING:
    from pathlib import Path


def results(project: Project) -> list[DisplayedResult]:
    """Return one result of each method that has one."""
    passed = project.run("source", RunParameters(), sandbox=True)
    stopped = project.run(
        "source", RunParameters(), sandbox=True, faults=[Fault(FaultKind.BAD_TOKEN)]
    )
    checked = project.check("source")
    return [
        passed,
        stopped,
        checked,
        *checked.tables,
        *checked.all_rules(),
        project.lint(),
        project.handoff("source"),
        *project.doctor(),
        project.send_digest(since=timedelta(days=1)),
    ]


def test_results_of_a_project(empty_project: Path):
    found = results(Project(empty_project))
    assert len({type(one) for one in found}) == 8
    for result in found:
        assert json.loads(json.dumps(result.to_dict())) == result.to_dict()
        assert repr(result).startswith(f"<{type(result).__name__} ")
        assert len(repr(result)) < MAX_REPR
        assert result._repr_html_().startswith(f"<div><p><b>{type(result).__name__}</b> ")
    passed, stopped, checked = found[:3]
    assert "source Success (source_zephyr_" in repr(passed)
    assert ", 0 failed, 0 errored>" in repr(passed)
    assert "source Failed (source_zephyr_" in repr(stopped)
    assert "answered 401" in repr(stopped)
    assert passed._repr_html_().count("<tr>") == 1 + 5
    assert checked.to_dict()["verdict"] == "passed"


def test_the_rules_of_a_run_are_a_table(empty_project: Path):
    project = Project(empty_project)
    ended = project.run("source", RunParameters(), sandbox=True)
    assert ended.stage is not None
    assert ended.to_arrow().num_rows == len(ended.to_pandas()) == ended.stage.declared
    faults = [Fault(FaultKind.BAD_TOKEN)]
    stopped = project.run("source", RunParameters(), sandbox=True, faults=faults)
    assert stopped.stage is None
    assert stopped.to_arrow().num_rows == 0
    assert stopped.to_arrow().schema == ended.to_arrow().schema
    assert stopped.to_dict()["verdict"] == "errored"
