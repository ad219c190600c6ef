"""The command `spectra-gx doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.project import Project


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    doctor = command(
        commands,
        "doctor",
        "look for what keeps a project from working here, and say how to mend it",
        {"doctor": "", "doctor --sandbox": "without a source of your own"},
        tables=True,
    )
    doctor.add_argument(
        "--sandbox", action="store_true", help="ask the local sandbox in place of the source"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.cli.terminal import show
    from spectra_gx.doctor.findings import Level
    from spectra_gx.render import doctor_output, result_json

    findings = _project(arguments).doctor(sandbox=arguments.sandbox)
    if arguments.json:
        write(result_json.dumps(doctor_output.doctor_json(findings)))
    else:
        show(doctor_output.doctor_screen(findings))
    return int(any(finding.level is Level.PROBLEM for finding in findings))


def _project(arguments: argparse.Namespace) -> Project:
    """Return the project; where none is, this folder is looked at as one, which it then hears."""
    from pathlib import Path

    from spectra_gx.errors import UsageError
    from spectra_gx.project import Project

    try:
        return open_project(arguments)
    except UsageError:
        if arguments.project is not None:
            raise
        return Project(Path.cwd(), arguments.warehouse)
