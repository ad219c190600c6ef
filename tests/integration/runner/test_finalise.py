"""Record and Finalise: whatever fails there, people are told in time and no Success is claimed."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

import pytest

from spectra_gx import RunParameters
from spectra_gx.errors import ActivityLogError
from spectra_gx.render.result_screens import run_screen
from spectra_gx.render.screen_lines import plain_text
from spectra_gx.sources.faults import Fault, FaultKind
from tests.fakes.discord import DiscordServer
from tests.fakes.projects import QuickProject
from tests.fakes.tables import folder, versions

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TELLING = 5.0
"""Seconds that a run may wait for whoever is told."""


def run(root: Path, webhook: str | None, *faults: Fault, **parameters: bool) -> RunResult:
    project = QuickProject(root, None, {"discord_webhook_url": webhook})
    ended = project.run("source", RunParameters(**parameters), sandbox=True, faults=faults)
    assert project.connections
    return ended


def break_log(root: Path) -> None:
    log = folder(root, "log.sourcelog")
    log.rename(root / "elsewhere")
    log.write_text("in the way", encoding="utf-8")


def test_a_run_that_cannot_be_recorded_is_told_again_and_is_no_success(project):
    break_log(project)
    with DiscordServer() as discord:
        ended = run(project, discord.webhook_url, Fault(FaultKind.BAD_TOKEN))

    assert isinstance(ended.error, ActivityLogError)
    assert (ended.exit_code, ended.status, ended.recorded) == (3, "Failed", False)
    first, second = (json.dumps(message) for message in discord.messages)
    assert "authentication" in first
    assert "could not be recorded" in second
    assert "runbook.html#activity" in second


def test_a_run_that_passed_but_cannot_be_recorded_says_what_it_published(project, caplog):
    break_log(project)
    with DiscordServer() as discord:
        ended = run(project, discord.webhook_url)

    [message] = discord.messages
    assert "could not be recorded" in json.dumps(message)
    screen = plain_text(run_screen(ended))
    assert "published: source.config v1" in screen
    assert "the run is not in the activity log" in screen
    assert "runbook.html#activity_log" in screen
    assert "Traceback" not in screen + caplog.text


def test_what_stopped_a_run_is_said_although_it_cannot_be_recorded(project, caplog):
    break_log(project)
    ended = run(project, None, Fault(FaultKind.BAD_TOKEN))
    assert ended.notification == "not configured"
    assert "answered 401" in caplog.text


def test_a_webhook_that_hangs_takes_five_seconds_of_a_run_even_when_it_is_told_twice(project):
    break_log(project)
    with DiscordServer(hang=True) as discord:
        began = time.monotonic()
        ended = run(project, discord.webhook_url, Fault(FaultKind.BAD_TOKEN))
        took = time.monotonic() - began

    assert ended.notification == "timed out"
    assert isinstance(ended.error, ActivityLogError)
    # Told twice with a budget each, it would take twice as long.
    assert TELLING <= took < 2 * TELLING


@pytest.mark.parametrize("server", [DiscordServer(refuse=True), DiscordServer(500)])
def test_a_webhook_that_does_not_work_changes_neither_verdict_nor_exit(server, project):
    with server:
        ended = run(project, server.webhook_url, Fault(FaultKind.BAD_TOKEN))
    assert (ended.exit_code, ended.recorded, ended.notification) == (3, True, "failed")


def test_gx_prints_no_traceback_of_its_own(project, command):
    docs = project / "warehouse" / "Files" / "docs"
    docs.rename(project / "elsewhere")
    docs.write_text("in the way", encoding="utf-8")

    ended = command("run", "source", "--sandbox", "--project", project)

    assert ended.code == 0
    assert "WARNING: the data docs could not be written" in ended.err


def test_data_docs_that_cannot_be_written_fail_no_run(project, caplog):
    docs = project / "warehouse" / "Files" / "docs"
    docs.rename(project / "elsewhere")
    docs.write_text("in the way", encoding="utf-8")
    caplog.set_level(logging.WARNING)

    ended = run(project, None)

    assert (ended.exit_code, ended.recorded, ended.docs) == (0, True, None)
    assert "the data docs could not be written" in caplog.text
    assert versions(project)["source.config"] == 1
