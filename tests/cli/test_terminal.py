"""What a person at a terminal sees, and what a pipe never does."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.fakes.tables import edit
from tests.fakes.terminal import run_on_terminal

RED, GREEN, ESCAPE = "\x1b[1;31m", "\x1b[32m", "\x1b["


PIPED = """
import sys
from spectra_gx.cli import main
code = main(sys.argv[1:])
sys.exit("rich was loaded" if "rich" in sys.modules else code)
"""


@pytest.fixture(autouse=True)
def _a_terminal_of_today(monkeypatch):
    """Take away what this machine says of its own terminal."""
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def piped(*arguments, **environment):
    """Run a command in a process whose stdout and stderr are pipes; fails if it loaded rich."""
    return subprocess.run(
        [sys.executable, "-c", PIPED, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_is_watched_and_ends_in_a_screen(empty_project):
    shown = run_on_terminal("run", "source", "--sandbox", "--project", empty_project)
    assert shown.code == 0
    before, _, _ = shown.raw.rpartition("\x1b[?25h")
    # The others may be over before a frame is drawn.
    for step in ("Validate: check tables", "Finalise: write docs"):
        assert step in before
    assert "✓ source.endpoints" in shown.plain
    assert "Validate: check tables" not in shown.screen
    assert shown.screen.count("✓ source.endpoints") == 1
    assert f"{GREEN}✓ source 1.1.0 passed" in shown.raw
    assert "next: `spectra-gx handoff source`" in shown.screen


@pytest.mark.parametrize("columns", [60, 120])
def test_a_screen_fits_its_terminal(columns, project):
    edit(project, "source.endpoints", lambda rows: rows[0].update(http_method="PATCH"))
    shown = run_on_terminal("check", "source", "--project", project, columns=columns)
    assert shown.code == 1
    assert f"{RED}✗ source 1.1.0 failed" in shown.raw
    assert max(map(len, shown.screen.splitlines())) <= columns
    words = " ".join(shown.screen.split())
    assert "1 of 223 rows: `http_method` is not one of GET, POST, PUT, DELETE" in words
    assert "contracts/source.contract.yaml:" in words


def test_what_is_logged_stands_above_what_is_drawn(empty_project):
    asked = ("--project-id", "999", "--project", empty_project)
    shown = run_on_terminal("run", "source", "--sandbox", *asked, columns=200)
    said = next(line for line in shown.plain.splitlines() if "--project-id `999`" in line)
    assert said.startswith("WARNING: ")
    assert shown.code == 0


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("--quiet",), {}),
        (("--json",), {}),
        ((), {"CI": "true", "NO_COLOR": "1"}),
        ((), {"TERM": "dumb"}),
    ],
    ids=["quiet", "json", "ci", "dumb"],
)
def test_nothing_moves_where_nobody_wants_it(arguments, environment, project, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    asked = ("check", "source", "--table", "source.config", "--project", project, *arguments)
    shown = run_on_terminal(*asked)
    assert shown.code == 0
    assert ESCAPE not in shown.raw
    assert "Validate" not in shown.raw
    if arguments == ("--quiet",):
        assert shown.raw == ""
    if arguments == ("--json",):
        assert json.loads(shown.raw)["verdict"] == "passed"


def test_colours_can_be_refused(project, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    asked = ("check", "source", "--table", "source.config", "--project", project)
    shown = run_on_terminal(*asked)
    assert "\x1b[?25h" in shown.raw
    assert "m✓" not in shown.raw
    assert "\x1b[32m" not in shown.raw


def test_a_pipe_is_sent_plain_lines_whole(project):
    edit(project, "source.config", lambda rows: rows.pop())
    asked = ("check", "source", "--table", "source.config", "--project", project)
    ended = piped(*asked, COLUMNS="40")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ESCAPE not in ended.stdout
    assert "✗ source.config.rows (critical): 5 rows where the contract wants exactly 6\n" in (
        ended.stdout
    )


def test_colours_can_be_asked_for(project, monkeypatch, command):
    edit(project, "source.config", lambda rows: rows.pop())
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    forced = command("check", "source", "--table", "source.config", "--project", project)
    assert f"{RED}✗ source.config" in forced.out
    assert "5 rows where the contract wants exactly 6\n" in forced.out
    assert forced.err == ""


def test_quiet_says_what_is_wrong_and_nothing_else(project, command):
    asked = ("--table", "source.config", "--project", project)
    fine = command("check", "source", "--quiet", *asked)
    assert (fine.code, fine.out, fine.err) == (0, "", "")
    edit(project, "source.config", lambda rows: rows.pop())
    broken = command("check", "source", "-q", *asked)
    assert (broken.code, "source.config.rows (critical)" in broken.out) == (1, True)


def test_verbose_shows_every_rule(project, command):
    asked = ("check", "source", "--table", "source.config", "--project", project)
    whole = command(*asked, "--verbose")
    assert whole.code == 0
    assert whole.out.count("    ✓ source.config.") == 11
    both = command(*asked, "-q", "-v")
    assert (both.code, "not allowed with" in both.err) == (2, True)
