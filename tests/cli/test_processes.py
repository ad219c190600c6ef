"""What only a process of its own can show: what it imports, how it takes signals and other runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from deltalake import DeltaTable

from spectra_gx.sources.faults import Fault, FaultKind
from spectra_gx.sources.zephyr.sandbox import Sandbox
from tests.fakes.tables import bytes_of, folder, versions

if TYPE_CHECKING:
    from pathlib import Path

# Whatever started the tests may ignore Ctrl-C, as a shell does in the background, and hand that on.
CONSOLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from spectra_gx.cli import console; console()"
)
WATCHED = """
import sys
from spectra_gx.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as left:
    code = left.code
watched = ("great_expectations", "pandas", "deltalake")
heavy = [name for name in watched if name in sys.modules]
sys.stderr.write(f"imported: {heavy}")
sys.exit(code)
"""


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CONSOLE, *map(str, arguments)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("arguments", "imported"),
    [
        (["--help"], []),
        (["run", "--help"], []),
        (["lint"], []),
        (["compile", "--check"], []),
        (["log"], ["pandas", "deltalake"]),
        (["handoff", "source"], ["pandas", "deltalake"]),
        (["docs"], ["deltalake"]),
    ],
    ids=" ".join,
)
def test_only_what_judges_tables_pays_for_gx(arguments, imported, project):
    command("compile", "--project", project)
    place = [] if "--help" in arguments else ["--project", str(project)]
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments, *place],
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = ended.stderr.rsplit("imported: ", 1)[1]
    assert set(json.loads(heavy.replace("'", '"'))) <= set(imported)
    assert "Traceback" not in ended.stderr


def command(*arguments):
    with start(*arguments) as process:
        process.communicate()
        return process.returncode


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_records_that_it_failed(how, project):
    before = bytes_of(project)
    with Sandbox(faults=[Fault(FaultKind.HANG)]) as sandbox:
        process = start(
            "run",
            "source",
            "--project",
            project,
            BASE_URL=sandbox.base_url,
            BASE_PATH=sandbox.base_path,
            API_TOKEN=sandbox.token.get_secret_value(),
        )
        while not sandbox.served and process.poll() is None:
            time.sleep(0.01)  # the request is what we wait for
        process.send_signal(how)
        out, err = process.communicate()

    assert process.returncode == 3, err
    assert "could not be run: interrupted; run it again" in out
    assert "Traceback" not in out + err
    assert bytes_of(project) == before
    rows = DeltaTable(folder(project, "log.sourcelog")).to_pyarrow_table().to_pylist()
    last = max((r for r in rows if r["record_type"] == "run"), key=lambda row: row["recorded_at"])
    assert (last["status"], last["error_message"]) == ("Failed", "interrupted; run it again")
    assert json.loads(last["error_summary"]) == {"interrupted": 1}
    assert "! source (zephyr) was interrupted (" in out
    assert not (project / "warehouse" / "Files" / "_staging").exists()


def test_two_runs_at_once_both_end_well(empty_project):
    both = [start("run", "source", "--sandbox", "--json", "--project", empty_project) for _ in "12"]
    ended = [(process.communicate(), process.returncode) for process in both]
    for (out, err), code in ended:
        assert code == 0, out + err
        assert "Traceback" not in err
    published = [json.loads(out)["published"] for (out, _), _ in ended]
    assert sorted(found["source.portfolio"] for found in published) == [0, 1]
    rows = DeltaTable(folder(empty_project, "log.sourcelog")).to_pyarrow_table().to_pylist()
    runs = [row for row in rows if row["record_type"] == "run"]
    assert [row["status"] for row in runs] == ["Success", "Success"]
    assert dict.fromkeys(versions(empty_project), 1) == versions(empty_project)


def test_a_terminal_without_our_signs_still_gets_the_answer(project):
    with start("handoff", "source", "--project", project, PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert out.startswith("\\u2713 run-succeeded")


@pytest.mark.parametrize(
    "words", [("log", "--json"), ("run", "source", "--sandbox", "--preview")], ids="-".join
)
def test_a_reader_that_leaves_is_no_error_of_ours(words, project):
    with start(*words, "--project", project) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate()
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert process.returncode == 0


def test_a_sandbox_of_any_system_says_how_it_is_reached():
    process = start("sandbox", "--system", "jira", "--fault", "cloud")
    assert process.stdout is not None
    try:
        told = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 0
    assert (told["JIRA_BASE_PATH"], told["JIRA_API_USER"]) == ("/rest/api/2", "ada@sandbox.example")
    assert told["JIRA_BASE_URL"].startswith("http://127.0.0.1:")
    assert told["JIRA_API_TOKEN"]
