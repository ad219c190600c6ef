"""Two source systems in one warehouse: what fails in one leaves the other as it is."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project, RunParameters, UsageError
from spectra_gx.sources.faults import Fault, FaultKind
from spectra_gx.sources.jira.faults import JiraFault
from spectra_gx.sources.zephyr.sandbox import Sandbox
from tests.fakes.discord import DiscordServer
from tests.fakes.projects import TOKEN, QuickProject, traces

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def kept(root: Path, stage: str) -> dict[str, bytes]:
    """Return every file of a stage's tables and log."""
    tables = root / "warehouse" / "Tables"
    folders = (tables / stage, tables / "log" / f"{stage}log")
    return {
        str(file): file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def said(message: object) -> str:
    """Return all of a message, without the marks that keep Markdown from reading names."""
    return json.dumps(message).replace("\\", "")


def test_each_system_is_on_its_own(project):
    contracts = resources.files("spectra_gx.sources.jira").joinpath("contracts")
    with resources.as_file(contracts) as folder:
        shutil.copytree(folder, project / "contracts", dirs_exist_ok=True)
    with DiscordServer() as zephyr, DiscordServer() as jira:
        webhooks = {
            "discord_webhook_url_zephyr": zephyr.webhook_url,
            "discord_webhook_url_jira": jira.webhook_url,
            "endpoint_probes": 0,
        }

        def run(stage: str, *faults: Fault) -> RunResult:
            return QuickProject(project, None, webhooks).run(
                stage, RunParameters(), sandbox=True, faults=faults
            )

        # Jira fails, at a rule and at its login: Zephyr's tables, log and alerts know nothing of it
        before = kept(project, "source")
        broken = run("source_jira", Fault(JiraFault.INACTIVE_USER))
        assert (broken.exit_code, broken.identity.system) == (1, "jira")
        assert run("source_jira", Fault(JiraFault.CAPTCHA)).exit_code == 3
        assert kept(project, "source") == before
        assert (len(jira.messages), zephyr.messages) == (2, [])
        assert all("source_jira" in said(message) for message in jira.messages)
        assert Project.open(project).handoff("source").ready
        assert not Project.open(project).handoff("source_jira").ready

        # Zephyr fails, and is alerted of although Jira's failure is known
        before = kept(project, "source_jira")
        assert run("source", Fault(FaultKind.BAD_TOKEN)).exit_code == 3
        assert kept(project, "source_jira") == before
        assert (len(jira.messages), len(zephyr.messages)) == (2, 1)

        # each recovers by itself
        assert run("source_jira").exit_code == 0
        assert (len(jira.messages), len(zephyr.messages)) == (3, 1)
        assert Project.open(project).handoff("source_jira").ready
        assert not Project.open(project).handoff("source").ready
    assert [*traces(TOKEN, project)] == []


def test_messages_name_the_settings_that_count(project, monkeypatch):
    """Those of the system, whoever raises: the client, its reader of answers, the credential."""
    contracts = resources.files("spectra_gx.sources.jira").joinpath("contracts")
    with resources.as_file(contracts) as folder:
        shutil.copytree(folder, project / "contracts", dirs_exist_ok=True)
    good = {
        "JIRA_BASE_URL": "http://127.0.0.1:9",
        "JIRA_BASE_PATH": "/rest/api/2",
        "JIRA_API_TOKEN": "another-token-0123456789",
    }
    expected = {
        "JIRA_BASE_URL is not an address": {"JIRA_BASE_URL": "nowhere"},
        "JIRA_BASE_URL is an `http://` address, over which JIRA_API_TOKEN would": {
            "JIRA_BASE_URL": "http://jira.example.com"
        },
        "JIRA_API_TOKEN is empty or contains": {"JIRA_API_TOKEN": "two words"},
        "JIRA_API_USER is empty or contains": {"JIRA_API_USER": "ada lovelace"},
        "check JIRA_BASE_URL and the network": {},
    }
    for message, wrong in expected.items():
        with monkeypatch.context() as patch:
            for name, value in (good | wrong).items():
                patch.setenv(name, value)
            found = [one.message + str(one.fix) for one in Project.open(project).doctor()]
        assert [one for one in found if message in one], (message, found)


def test_a_fault_of_another_system_is_refused_with_those_there_are(project):
    with pytest.raises(UsageError, match="the sandbox of `zephyr` has no fault `captcha-403`; cho"):
        run_with(project, Fault(JiraFault.CAPTCHA))
    with pytest.raises(UsageError, match="choose one of bad-token, forbidden, rate-limit"):
        Sandbox(faults=[Fault(JiraFault.CAPTCHA)])
    with Sandbox(faults=[Fault(FaultKind.HANG)]) as sandbox:
        assert sandbox.base_url


def run_with(project, fault):
    return Project.open(project).run("source", RunParameters(), sandbox=True, faults=[fault])


def test_a_project_is_named_by_its_key_or_its_id(project):
    contracts = resources.files("spectra_gx.sources.jira").joinpath("contracts")
    with resources.as_file(contracts) as folder:
        shutil.copytree(folder, project / "contracts", dirs_exist_ok=True)
    for named in ("HAR", 10010):
        ended = Project.open(project).run(
            "source_jira", RunParameters(project=named, preview=True), sandbox=True
        )
        assert f"GET /project/{named}" in [call.name for call in ended.calls]
    with pytest.raises(UsageError, match="`project` is empty"):
        RunParameters(project=" ")


def test_each_system_has_settings_of_its_own(project, monkeypatch):
    contracts = resources.files("spectra_gx.sources.jira").joinpath("contracts")
    with resources.as_file(contracts) as folder:
        shutil.copytree(folder, project / "contracts", dirs_exist_ok=True)
    monkeypatch.setenv("BASE_URL", "https://zephyr.example.com")
    monkeypatch.setenv("BASE_PATH", "/flex")
    monkeypatch.setenv("API_TOKEN", "not-a-real-token-0123456789")
    settings = Project.open(project).settings
    assert settings.source_address("zephyr", "source").base_url == "https://zephyr.example.com"
    ended = Project.open(project).run("source_jira", RunParameters())
    assert ended.error is not None
    assert "JIRA_BASE_URL, JIRA_BASE_PATH and JIRA_API_TOKEN not set" in ended.error.message
    for name, value in {
        "JIRA_BASE_URL": "https://jira.example.com/jira",
        "JIRA_BASE_PATH": "/rest/api/2",
        "JIRA_API_TOKEN": "another-token-0123456789",
        "JIRA_API_USER": "ada@example.com",
        "JIRA_TEST_PROJECT_ID": "HAR",
    }.items():
        monkeypatch.setenv(name, value)
    address = Project.open(project).settings.source_address("jira", "source_jira")
    assert (address.base_url, address.user, address.project_id) == (
        "https://jira.example.com/jira",
        "ada@example.com",
        "HAR",
    )
