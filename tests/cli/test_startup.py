"""What a command line pays for before it does anything: as modules, for speed varies."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

LOADED = """
import json, sys
from spectra_gx.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""


def loaded(*arguments):
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *map(str, arguments)],
        # What counts coverage would load modules of its own into the process.
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ended.stderr.rpartition("\n")[2]))


@pytest.mark.parametrize("arguments", [("--help",), ("lint", "--help"), ("--version",)])
def test_help_loads_the_command_line_and_nothing_else_of_ours(arguments):
    modules = loaded(*arguments)
    ours = {name for name in modules if name.split(".")[0] == "spectra_gx"}
    rooms = {".".join(name.split(".")[:2]) for name in ours}
    assert rooms == {"spectra_gx", "spectra_gx.cli", "spectra_gx.version"}
    assert modules.isdisjoint({"dataclasses", "pathlib", "logging", "yaml", "shtab"})


def test_lint_loads_the_contract_language_and_what_it_shows(empty_project):
    modules = loaded("lint", "--project", empty_project)
    ours = {".".join(name.split(".")[:2]) for name in modules if name.startswith("spectra_gx.")}
    known = {"causes", "cli", "contract", "display", "errors", "project", "render", "version"}
    assert ours <= {f"spectra_gx.{name}" for name in known}
    assert modules.isdisjoint({"jsonschema", "pydantic", "sqlalchemy", "requests", "rich"})
    assert modules.isdisjoint({"fastapi", "starlette", "uvicorn"})


def test_a_command_does_not_load_the_others():
    modules = loaded("lint", "--help")
    assert "spectra_gx.cli.commands.lint" in modules
    assert "spectra_gx.cli.commands.run" not in modules


def test_what_telemetry_needs_is_loaded_only_where_a_setting_asks_for_it():
    code = """
import json, pathlib, sys
from spectra_gx.settings import Settings
from spectra_gx.telemetry.building import build_listeners
settings = Settings(**dict(pair.split("=") for pair in sys.argv[1:]))
print(len([*build_listeners(settings, pathlib.Path(), {}, str)]))
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""

    def built(*facts):
        ended = subprocess.run(
            [sys.executable, "-c", code, *facts], capture_output=True, text=True, check=True
        )
        count, modules = ended.stdout.splitlines()
        return int(count), set(json.loads(modules))

    count, modules = built()
    assert count == 0
    assert modules.isdisjoint({"opentelemetry", "prometheus_client", "requests", "sqlglot"})
    count, modules = built("otel_exporter_otlp_endpoint=http://x", "metrics_file=spectra.prom")
    assert count == 3
    assert modules.isdisjoint({"opentelemetry", "prometheus_client"})  # a run loads them
