"""Whatever the source does wrong ends as a sentence, a row, a message, and yesterday's tables."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from deltalake import DeltaTable

from spectra_gx import Project, RunParameters
from spectra_gx.errors import AuthenticationError, AuthorizationError, ExternalServiceError
from spectra_gx.render.result_screens import run_screen
from spectra_gx.render.screen_lines import plain_text
from spectra_gx.sources.faults import Fault, FaultKind
from tests.fakes.discord import WEBHOOK_TOKEN, DiscordServer
from tests.fakes.projects import TOKEN, QuickProject, traces
from tests.fakes.tables import SOURCE, bytes_of, edit, folder, rows, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

LOGIN = "/project/details"
ERRORS = dict.fromkeys(FaultKind, ExternalServiceError) | {
    FaultKind.BAD_TOKEN: AuthenticationError,
    FaultKind.FORBIDDEN: AuthorizationError,
}
NEXT_STEP = {
    FaultKind.BAD_TOKEN: "API_TOKEN",
    FaultKind.FORBIDDEN: "permission",
    FaultKind.RATE_LIMIT: "run again",
    FaultKind.SERVER_ERROR: "run again",
    FaultKind.BAD_GATEWAY: "run again",
    FaultKind.HANG: "BASE_URL",
    FaultKind.DISCONNECT: "BASE_URL",
    FaultKind.TRUNCATED: "run again",
    FaultKind.HTML: "BASE_URL",
    FaultKind.EMPTY: "BASE_PATH",
    FaultKind.NO_ROWS: "project",
}
PASSING = (
    FaultKind.RATE_LIMIT,
    FaultKind.SERVER_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.HANG,
    FaultKind.DISCONNECT,
)


@pytest.fixture
def discord() -> Iterator[DiscordServer]:
    with DiscordServer() as server:
        yield server


def run(root: Path, discord: DiscordServer, *faults: Fault, **parameters: bool) -> RunResult:
    project = QuickProject(root, None, {"discord_webhook_url": discord.webhook_url})
    ended = project.run("source", RunParameters(**parameters), sandbox=True, faults=faults)
    assert project.connections
    return ended


def last_row(root: Path) -> dict[str, object]:
    found = DeltaTable(folder(root, "log.sourcelog")).to_pyarrow_table().to_pylist()
    return max((r for r in found if r["record_type"] == "run"), key=lambda r: r["recorded_at"])


@pytest.mark.parametrize("kind", FaultKind)
def test_a_fault_that_lasts(kind: FaultKind, project, discord, caplog):
    caplog.set_level(logging.DEBUG)
    before = bytes_of(project), versions(project)

    ended = run(project, discord, Fault(kind, path=LOGIN))

    assert (type(ended.error), ended.exit_code, ended.status) == (ERRORS[kind], 3, "Failed")
    assert ended.error is not None
    assert (bytes_of(project), versions(project)) == before
    assert not (project / "warehouse" / "Files" / "_staging").exists()

    row = last_row(project)
    assert (row["status"], row["error_message"]) == ("Failed", ended.error.message)
    assert json.loads(str(row["error_summary"])) == {ended.error.category: 1}
    assert json.loads(str(row["table_versions"])) == before[1]

    sentence = ended.error.message
    assert f"`GET {LOGIN}`" in sentence
    assert NEXT_STEP[kind] in sentence
    screen = plain_text(run_screen(ended))
    assert sentence in screen
    assert f"runbook.html#{ended.error.category}, or ask #data-platform" in screen

    [message] = discord.messages
    sent = json.dumps(message)
    assert f"run failed: {ended.error.category.split('_')[0]}" in sent
    assert ended.identity.execution_id.rsplit("_", 1)[1] in sent
    assert ended.notification == "sent"

    said = "\n".join([screen, sent, caplog.text])
    assert "Traceback" not in said
    assert TOKEN not in said
    assert WEBHOOK_TOKEN not in said
    assert [*traces(TOKEN, project)] == []
    assert [*traces(WEBHOOK_TOKEN, project)] == []


@pytest.mark.parametrize("kind", PASSING)
def test_a_fault_that_passes_is_nobodys_business(kind: FaultKind, project, discord):
    ended = run(project, discord, Fault(kind, count=3, path=LOGIN))

    assert (ended.exit_code, ended.error) == (0, None)
    assert set(ended.published) == {*SOURCE} - {"source.endpoints"}
    assert ended.calls[0].attempts == 4
    assert (discord.requests, ended.notification) == ([], None)
    assert rows(project, "source.portfolio")[0]["endpoint_success_rate"] > 0.9
    assert [*traces(TOKEN, project)] == []


def test_a_first_run_that_fails_leaves_a_log_and_no_tables(empty_project, discord):
    ended = run(empty_project, discord, Fault(FaultKind.BAD_TOKEN))

    assert (ended.exit_code, ended.recorded) == (3, True)
    tables = empty_project / "warehouse" / "Tables"
    assert [path.name for path in tables.iterdir()] == ["log"]
    assert [*traces(TOKEN, empty_project)] == []


def test_a_broken_contract_is_told_with_its_rules_and_publishes_nothing(project, discord):
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))
    before = bytes_of(project)

    ended = run(project, discord)

    assert (ended.exit_code, ended.status, ended.error) == (1, "Failed", None)
    assert bytes_of(project) == before
    sent = json.dumps(discord.messages)
    assert "source.endpoints.http" in sent
    assert "1 row" in sent
    assert "Files/docs/runbook.html#validation" in sent
    row = last_row(project)
    assert (row["status"], json.loads(str(row["failing_rules"]))) == (
        "Failed",
        ["source.endpoints.http_method.enum"],
    )
    assert row["error_message"] is None


def test_what_could_not_be_judged_links_the_engines_page(project, discord):
    edited = project / "contracts" / "source.contract.yaml"
    text = edited.read_text(encoding="utf-8")
    edited.write_text(
        text.replace(
            "  source.config:\n", "  source.absent:\n    columns: {a: string}\n  source.config:\n"
        ),
        encoding="utf-8",
    )

    ended = run(project, discord)

    assert (ended.exit_code, ended.error) == (3, None)
    assert "runbook.html#engine" in plain_text(run_screen(ended))
    assert "runbook.html#engine" in json.dumps(discord.messages)


def test_a_recovery_is_told_once_and_only_by_a_run_that_publishes(project, discord):
    run(project, discord, Fault(FaultKind.BAD_TOKEN))
    run(project, discord, preview=True)
    assert len(discord.messages) == 1

    ended = run(project, discord)
    run(project, discord)

    [_, recovery] = discord.messages
    assert "passes again" in recovery["content"]
    assert ended.notification == "sent"
    assert ended.identity.execution_id.rsplit("_", 1)[1] in recovery["content"]


def test_an_ongoing_failure_is_told_once_and_shares_its_fingerprint(project, discord):
    prints = set()
    for _ in range(2):
        run(project, discord, Fault(FaultKind.BAD_TOKEN))
        prints.add(last_row(project)["fingerprint"])
    run(project, discord, Fault(FaultKind.FORBIDDEN))
    assert len(discord.messages) == 2
    assert discord.messages[1]["content"].startswith("**Changed: source")
    assert len(prints) == 1
    assert last_row(project)["fingerprint"] not in prints


def test_a_fault_of_the_walk_alone_is_told_and_recorded(project, discord):
    said = "answered 403"
    ended = run(project, discord, Fault(FaultKind.FORBIDDEN, path="/release"))

    assert (ended.status, ended.exit_code, ended.notification) == ("Success", 0, "sent")
    [message] = discord.messages
    assert "source (zephyr) passes, but calls to its source failed" in message["content"].replace(
        "\\", ""
    )
    assert "warning" in message["content"]
    assert said in json.dumps(message)
    [portfolio] = rows(project, "source.portfolio")
    assert portfolio["hierarchical_access_validated"] is False
    row = last_row(project)
    reached, probed = row["endpoint_success_count"], row["endpoint_count"]
    assert portfolio["endpoint_success_rate"] == reached / probed
    assert json.loads(str(row["error_summary"])) == {"authorization": 1}
    [call] = json.loads(str(row["metadata"]))["failed_calls"]
    assert f"answered {call['status']}" == said
    screen = plain_text(run_screen(ended))
    assert "1 of 2 calls to the source failed\n    `GET /release/project/" in screen
    assert screen.splitlines()[-1].startswith("✓ source (zephyr) passes, but calls")
    handoff = Project.open(project).handoff("source")
    assert handoff.ready
    assert handoff.checks[0].reason.endswith("1 call to the source failed")
