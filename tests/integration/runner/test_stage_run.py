"""A run's steps with a source, a log, a notifier and data docs that only remember."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from spectra_gx.contract.loading import load_project
from spectra_gx.errors import AuthenticationError, AuthorizationError
from spectra_gx.notify.run_message import compose_run_message
from spectra_gx.render.result_screens import run_screen
from spectra_gx.render.screen_lines import plain_text
from spectra_gx.runner.building.stage_plan import StagePlan
from spectra_gx.runner.events import (
    RunEnded,
    RunFinished,
    RunStarted,
    StepStarted,
    TableCheckStarted,
)
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.services import RunServices
from spectra_gx.runner.stage_run import StageRun
from spectra_gx.runner.steps import as_spectra_error
from spectra_gx.sources.source_stage import SourceStageBuilder
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.conftest import REPOSITORY
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.folders import folder_of
from tests.fakes.listeners import FakeListener
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reporter import FakeReporter
from tests.fakes.runs import IDENTITY
from tests.fakes.sources import LEVELS, LOGIN, FakeSource
from tests.fakes.tables import PREPARE, SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.errors import SpectraError

CONTRACTS = load_project(REPOSITORY)
REFUSED = AuthenticationError("`GET /project/details` answered 401")
FORBIDDEN = AuthorizationError("`GET /release/project/1` answered 403")


class Stage:
    """Everything around a run, and a new run over it each time."""

    def __init__(self, root: Path) -> None:
        self.warehouse = Warehouse(root)
        self.log = FakeActivityLog()
        self.notifier = FakeNotifier()
        self.reporter = FakeReporter()
        self.listeners = [FakeListener()]
        self._runs = 0

    def begin(
        self, *, failures: Mapping[str, SpectraError] | None = None, **parameters: bool
    ) -> StageRun:
        self._runs += 1
        identity = replace(
            IDENTITY,
            execution_id=f"run_{self._runs}",
            batch_id=f"run_{self._runs}",
            started=datetime.now(UTC),
        )
        source, contract = FakeSource(failures=failures), CONTRACTS["source"]
        given = RunParameters(**parameters)
        services = RunServices(self.warehouse, self.log, self.notifier, self.reporter, "the log")
        return StageRun(
            contract,
            CONTRACTS,
            given,
            identity,
            services,
            lambda: StagePlan(
                (
                    SourceStageBuilder(
                        source,
                        SecretStr("fake-token-0123"),
                        contract,
                        given,
                        identity,
                        self.warehouse,
                    ),
                )
            ),
            listeners=self.listeners,
        )


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path / "warehouse")


def test_all_seven_steps(stage):
    ended = stage.begin().run()

    assert (ended.exit_code, ended.recorded, ended.notification) == (0, True, None)
    assert ended.published == dict.fromkeys(
        (
            "source.config",
            "source.credentials",
            "source.endpoints",
            "source.endpoint_checks",
            "source.portfolio",
        ),
        0,
    )
    assert [*ended.published][-1] == "source.portfolio"
    assert ended.docs == "Files/docs/index.html"
    assert ended.addresses.keys() == ended.published.keys()
    assert (Path(ended.addresses["source.config"]) / "_delta_log").is_dir()
    assert [row["record_type"] for row in stage.log.runs()] == ["checkpoint"] * 5 + ["run"]
    assert stage.log.runs("checkpoint")[0]["docs_url"] == "pages/source.portfolio.html"
    assert stage.notifier.sent == []


def test_a_listener_hears_of_the_steps_the_tables_and_the_end_of_a_run(stage):
    ended = stage.begin().run()
    [listener] = stage.listeners
    [started, *heard, over] = listener.heard
    assert isinstance(started, RunStarted)
    assert started.identity == ended.identity
    assert over == RunEnded(ended)
    steps, checks, end = heard[:3], heard[3:-3], heard[-3:]
    assert steps == [StepStarted("Initialise"), StepStarted("Execute"), StepStarted("Validate")]
    assert end[:2] == [StepStarted("Record"), StepStarted("Finalise")]
    assert end[2] == RunFinished(replace(ended, recorded=False))
    tables = ended.stage.tables
    assert checks[0::2] == [TableCheckStarted(one.table, one.rows) for one in tables]
    checked = [(event.result.table, event.result.rules) for event in checks[1::2]]
    assert checked == [(one.table, one.rules) for one in tables]


def test_a_listener_cannot_change_a_run(stage):
    """The first breaks on every event; the others, and the log, are as without it."""
    stage.listeners = [FakeListener(broken=True), FakeListener()]
    ended = stage.begin().run()
    assert (ended.exit_code, ended.recorded, ended.published.keys()) == (0, True, {*SOURCE})
    assert stage.listeners[0].heard == stage.listeners[1].heard
    assert [row["status"] for row in stage.log.runs("run")] == ["Success"]


def test_listeners_hear_of_a_run_that_could_not_be_recorded(stage):
    stage.log.broken = True
    ended = stage.begin().run()
    [listener] = stage.listeners
    assert isinstance(listener.heard[-2], RunFinished)
    assert listener.heard[-1] == RunEnded(ended)
    assert (ended.recorded, ended.error.category) == (False, "activity_log")


def test_a_critical_error_publishes_nothing_and_is_recorded_and_told(stage):
    ended = stage.begin(failures={LOGIN: REFUSED}).run()

    assert (ended.error, ended.exit_code, ended.built) == (REFUSED, 3, ())
    assert [stage.warehouse.exists(name) for name in SOURCE] == [False] * 5
    assert [row["status"] for row in stage.log.runs()] == ["Failed"]
    assert [message.error for message in stage.notifier.sent] == [REFUSED.message]
    assert stage.reporter.reported == []


def test_what_is_not_critical_is_counted_and_the_run_goes_on(stage):
    ended = stage.begin(failures={LEVELS[0]: FORBIDDEN}).run()
    assert ended.exit_code == 0
    assert ended.endpoints_reached == (0, 0)
    [row] = stage.log.runs("run")
    assert (row["status"], row["error_summary"]) == ("Success", '{"authorization": 1}')
    sent = json.loads(row["metadata"])
    assert sent["notification"] == {"kind": "first", "trouble": "calls", "severity": "warning"}
    assert sent["failed_calls"] == [
        {
            "call": LEVELS[0],
            "category": "authorization",
            "code": "authorization",
            "status": None,
            "attempts": 1,
        }
    ]
    [message] = stage.notifier.sent
    assert message.failed_calls == (FORBIDDEN.message,)


def test_the_log_comes_last_of_all(stage):
    """When the log is written, people have been told and the pages stand."""
    seen = []
    append = stage.log.append

    def watched(execution_id, rows):
        seen.append((len(stage.reporter.reported), rows[-1]["notification"], rows[-1]["docs_url"]))
        append(execution_id, rows)

    stage.log.append = watched
    stage.begin().run()
    stage.begin(failures={LOGIN: REFUSED}).run()
    assert seen == [(1, None, "pages/run_1.html"), (1, "sent", "pages/run_2.html")]
    assert [run.recorded for run in stage.reporter.shown] == [True, True]


def test_a_log_that_refuses_is_told_after_whatever_else_was(stage):
    stage.log.broken = True
    ended = stage.begin(failures={LOGIN: REFUSED}).run()
    assert (ended.exit_code, ended.recorded, ended.error.category) == (3, False, "activity_log")
    assert [message.error_category for message in stage.notifier.sent] == [
        "authentication",
        "activity_log",
    ]


def test_data_docs_that_fail_fail_no_run(stage):
    stage.reporter.broken = True
    ended = stage.begin().run()
    assert (ended.exit_code, ended.docs, ended.recorded) == (0, None, True)


@pytest.mark.parametrize("step", ["initialise", "execute", "validate"])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError, MemoryError])
def test_whatever_stops_a_step_is_recorded(step, stop, stage):
    run = stage.begin()

    def stopped():
        raise stop

    setattr(run, step, stopped)
    ended = run.run()

    assert (ended.exit_code, ended.recorded) == (3, True)
    [row] = stage.log.runs("run")
    assert row["status"] == "Failed"
    assert ("interrupted" if stop is KeyboardInterrupt else stop.__name__) in row["error_message"]
    assert len(stage.notifier.sent) == 1
    assert not (folder_of(stage.warehouse, "Files") / "_staging").exists()


def test_a_stage_without_builder_is_judged_where_it_stands(stage):
    stage.begin().run()
    run = stage.begin()
    run._make_plan = None
    ended = run.run()
    assert (ended.exit_code, ended.built, ended.published) == (0, (), {})
    assert ended.versions == dict.fromkeys(SOURCE, 0)


# -- the same suite for the fake and the real thing ------------------------------------------------


@pytest.fixture(params=["fake", "delta"])
def log(request, tmp_path):
    if request.param == "fake":
        return FakeActivityLog()
    return DeltaActivityLog(Warehouse(tmp_path / "logged"), "source")


def test_a_log_keeps_rows_in_order_and_a_run_once(stage, log):
    stage.begin().run()
    stage.begin(failures={LOGIN: REFUSED}).run()
    first, second = (
        [r for r in stage.log.runs() if r["execution_id"] == n] for n in ("run_1", "run_2")
    )
    assert log.runs() == []
    log.append("run_1", first)
    log.append("run_2", second)
    log.append("run_1", first)

    assert [row["record_type"] for row in log.runs()] == ["checkpoint"] * 5 + ["run"] * 2
    assert [row["execution_id"] for row in log.runs("run")] == ["run_1", "run_2"]
    assert [row["execution_id"] for row in log.runs("run", 1)] == ["run_2"]
    assert [row["status"] for row in log.runs("run")] == ["Success", "Failed"]
    assert log.runs("activity") == []


def test_whatever_stops_a_run_can_be_told():
    ours = AuthenticationError("answered 401")
    assert as_spectra_error(ours) is ours
    assert as_spectra_error(KeyboardInterrupt()).code == "interrupted"
    defect = as_spectra_error(KeyError("a secret"))
    assert "KeyError" in defect.message
    assert "a secret" not in defect.message
    assert defect.exit_code == 3


def test_only_tables_that_a_run_creates_are_initialised(stage):
    def run():
        ended = stage.begin().run()
        done = json.loads(stage.log.runs("run")[-1]["capabilities"])
        assert ("initialised" in done) == bool(ended.initialised)
        return ended.initialised

    assert run() == PREPARE
    assert run() == ()
    shutil.rmtree(stage.warehouse.table_uri(PREPARE[1]))
    assert run() == (PREPARE[1],)


@pytest.mark.parametrize("part", ["notifier", "reporter"])
def test_an_interruption_at_the_end_costs_no_run_its_row(part, stage, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(stage.notifier, "notify", interrupted)
    if part == "reporter":
        monkeypatch.setattr(stage.reporter, "report", interrupted)
    ended = stage.begin(failures={LEVELS[0]: FORBIDDEN}).run()
    assert (ended.status, ended.recorded, ended.notification) == ("Success", True, None)
    assert [row["status"] for row in stage.log.runs("run")] == ["Success"]


def test_an_interrupted_run_is_no_defect(stage, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(StageRun, "_execute", interrupted)
    ended = stage.begin().run()
    assert (ended.error.category, ended.exit_code) == ("interrupted", 3)
    assert (
        plain_text(run_screen(ended))
        .splitlines()[-1]
        .startswith("! source (zephyr) was interrupted")
    )
    [message] = stage.notifier.sent
    assert compose_run_message(message).title == "source (zephyr) was interrupted"
