"""Builders of a project read its source, and stages share its sandbox."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from spectra_gx import Project, RunParameters, UsageError
from spectra_gx.sources.registry import require_system
from spectra_gx.sources.sandboxes import Sandboxes
from spectra_gx.sources.source_system import SourceSystem
from tests.fakes.discord import DiscordServer

CONTRACT = """\
contract: teams
{system}version: 1.0.0
status: active
owner: Tests
purpose: Projects of the source.
tables:
  teams.project:
    columns: {{id: long, name: string, executions: long}}
"""

BUILDER = """\
import pyarrow as pa
from spectra_gx import table


@table("teams.project")
def project(run):
    projects = run.http.get_json("/project/details")
    page = run.http.get_json("/execution", {"cycleid": 1111, "pagesize": 500})
    assert run.http is run.http
    rows = [
        {"id": one["id"], "name": one["name"], "executions": len(page["results"])}
        for one in projects
    ]
    schema = pa.schema({"id": pa.int64(), "name": pa.string(), "executions": pa.int64()})
    return pa.Table.from_pylist(rows, schema)
"""


JIRA_BUILDER = """\
import pyarrow as pa
from spectra_gx import table


@table("teams.project")
def project(run):
    me = run.http.get_json("/myself")
    row = {"id": 1, "name": str(me.get("displayName")), "executions": 1}
    schema = pa.schema({"id": pa.int64(), "name": pa.string(), "executions": pa.int64()})
    return pa.Table.from_pylist([row], schema)
"""


@pytest.fixture
def root(tmp_path):
    return made(tmp_path, "system: zephyr\n")


def made(folder, system):
    (folder / "contracts").mkdir()
    (folder / "stages").mkdir()
    (folder / "contracts" / "teams.contract.yaml").write_text(CONTRACT.format(system=system))
    (folder / "stages" / "teams.py").write_text(BUILDER.replace("1111", "111"))
    return folder


def rows(root):
    warehouse = Project.open(root).warehouse
    return warehouse.read(warehouse.open("teams.project")).to_pylist()


@pytest.mark.parametrize(("options", "executions"), [([], 23), (["--sandbox-day", "2"], 29)])
def test_a_builder_reads_the_sandbox_of_the_day(root, command, options, executions):
    ended = command("run", "teams", "--sandbox", *options, "--project", root)

    assert ended.code == 0, ended.out + ended.err
    assert rows(root) == [
        {"id": number, "name": name, "executions": executions}
        for number, name in enumerate(("Harbour", "Meadow", "Lantern"), start=1)
    ]


def test_a_fault_reaches_a_builder(root, command):
    fault = "forbidden@/execution"
    ended = command("run", "teams", "--sandbox", "--fault", fault, "--project", root)

    assert ended.code == 3
    assert "403" in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err


def test_a_call_that_a_builder_does_without_is_in_the_run_and_the_log(root, command):
    module = root / "stages" / "teams.py"
    module.write_text(
        module.read_text()
        .replace("import pyarrow", "from spectra_gx import SpectraError\nimport pyarrow")
        .replace(
            '    page = run.http.get_json("/execution", {"cycleid": 111, "pagesize": 500})',
            """\
    try:
        page = run.http.get_json("/execution", {"cycleid": 111})
    except SpectraError:
        page = {"results": []}""",
        )
    )
    fault = "forbidden@/execution"
    ended = command("run", "teams", "--sandbox", "--fault", fault, "--json", "--project", root)

    assert ended.code == 0, ended.out + ended.err
    [failed] = json.loads(ended.out)["failed_calls"]
    assert failed["call"].startswith("GET /execution")
    assert [row["executions"] for row in rows(root)] == [0, 0, 0]
    [row] = [row for row in Project.open(root).log("teams") if row["record_type"] == "run"]
    assert "GET /execution" in row["metadata"]


def test_a_call_that_fails_a_builder_is_in_the_alert_the_figures_and_the_log(root):
    with DiscordServer() as discord:
        project = Project(root, None, {"discord_webhook_url": discord.webhook_url})
        faults = [project.parse_fault("teams", "forbidden@/execution")]
        ended = project.run("teams", RunParameters(), sandbox=True, faults=faults)
    assert ended.exit_code == 3
    [message] = discord.messages
    text = json.dumps(message).replace("\\", "")
    assert "GET /execution?cycleid=111" in text
    assert "403 Forbidden" in text
    assert "calls" in text.lower()
    [row] = [row for row in project.log("teams") if row["record_type"] == "run"]
    for calls in (json.loads(row["calls"]), ended.to_dict()["calls"]):
        assert (calls["count"], calls["failed"]) == (2, 1)
    assert "GET /execution" in row["metadata"]


def test_a_contract_without_a_system_has_no_sandbox(tmp_path, command):
    root = made(tmp_path, "")
    ended = command("run", "teams", "--sandbox", "--project", root)
    assert ended.code == 2
    assert "`--sandbox` does nothing for stage `teams`, which reads no source" in ended.err

    ended = command("run", "teams", "--project", root)
    assert ended.code == 3
    assert "contract `teams` names none; add `system:` to it" in ended.out + ended.err


def test_without_the_sandbox_the_settings_of_the_system_count(root, command):
    ended = command("run", "teams", "--project", root)

    assert ended.code == 3
    assert "ZEPHYR_BASE_URL" in ended.out + ended.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sandbox-day", "1"], "`--sandbox-day` needs the sandbox"),
        (["--sandbox", "--sandbox-day", "-1"], "from 0 to 365, not -1"),
        (["--sandbox", "--sandbox-day", "366"], "from 0 to 365, not 366"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(root, command, options, said):
    ended = command("run", "teams", *options, "--project", root)
    assert ended.code == 2
    assert said in ended.err


def test_a_builder_reads_jira_by_the_same_word(tmp_path, command):
    root = made(tmp_path, "system: jira\n")
    (root / "stages" / "teams.py").write_text(JIRA_BUILDER)

    ended = command("run", "teams", "--sandbox", "--project", root)

    assert ended.code == 0, ended.out + ended.err
    assert [row["executions"] for row in rows(root)] == [1]


def test_stages_share_the_sandbox_of_a_system():
    with Sandboxes(require_system) as sandboxes:
        first = sandboxes.sandbox_of("zephyr", "a contract")
        assert sandboxes.sandbox_of("zephyr", "another contract") is first
        address = first.base_url
        assert address.startswith("http://127.0.0.1:")


def test_a_system_without_days_says_so_before_anything_is_run(root, command):
    other = CONTRACT.format(system="system: jira\n").replace("teams", "people")
    (root / "contracts" / "people.contract.yaml").write_text(other)
    (root / "stages" / "people.py").write_text(JIRA_BUILDER.replace("teams", "people"))

    for stages in (["people"], ["teams", "people"]):
        ended = command("run", *stages, "--sandbox", "--sandbox-day", "1", "--project", root)
        assert ended.code == 2
        assert "the sandbox of `jira` has the same data every day" in ended.err
    assert not (root / "warehouse").exists()


def test_a_system_without_days_starts_none():
    zephyr = require_system("zephyr", "a test")
    same = SourceSystem("same", "Same", zephyr.connect, zephyr.sandbox)
    with (
        Sandboxes(lambda _name, _place: same, day=1) as sandboxes,
        pytest.raises(UsageError, match="the same data every day"),
    ):
        sandboxes.sandbox_of("same", "a contract")


def test_a_session_reads_the_sandbox_too(root, tmp_path_factory):
    other = shutil.copytree(root, tmp_path_factory.mktemp("session") / "project")
    with Project.open(other).stage_run("teams", RunParameters(), sandbox=True) as run:
        assert run.run().exit_code == 0


ABANDONED = """
from contextlib import contextmanager
from spectra_gx.sources.registry import require_system

@contextmanager
def opened():
    with require_system("zephyr", "here").sandbox(faults=()):
        yield

kept = opened()
kept.__enter__()
"""


def test_python_ends_although_somebody_left_a_sandbox_open():
    ended = subprocess.run([sys.executable, "-c", ABANDONED], check=False, timeout=60)
    assert ended.returncode == 0
