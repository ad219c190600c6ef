"""The example for Streamlit shows the log, run by Streamlit's own test of an app."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

from tests.docs.pages import REPOSITORY

APP = REPOSITORY / "docs/examples/streamlit/app.py"
SHOW = """
import json, sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file(sys.argv.pop(1), default_timeout=120).run()
print(json.dumps({
    "wrong": [one.message for one in app.exception],
    "title": [one.value for one in app.title],
    "metrics": {one.label: one.value for one in app.metric},
    "notes": [one.value for one in app.info],
}))
"""


def shown(project: Path) -> dict[str, object]:
    """Return what the app shows of a project, run beside our own packages."""
    ours = os.pathsep.join([str(REPOSITORY), sysconfig.get_path("purelib")])
    python = Path(os.environ["COMMANDS"]) / "python"
    ended = subprocess.run(
        [python, "-W", "ignore", "-c", SHOW, APP, project],
        env={**os.environ, "PYTHONPATH": ours},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_the_app_shows_the_last_run(project: Path):
    found = shown(project)
    assert (found["wrong"], found["title"]) == ([], ["Stages"])
    metrics = found["metrics"]
    assert isinstance(metrics, dict)
    assert metrics["Last run"] == "Success"
    assert metrics.keys() == {"Last run", "Rules that passed", "Seconds"}


def test_the_app_says_that_nothing_has_run(empty_project: Path):
    found = shown(empty_project)
    assert (found["wrong"], found["notes"]) == ([], ["No stage has run yet."])
