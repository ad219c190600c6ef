"""The command `spectra-gx doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    doctor = command(
        commands,
        "doctor",
        "find what keeps a project from working",
        {"doctor": "", "doctor --sandbox": "without a source system"},
        tables=True,
    )
    doctor.add_argument(
        "--sandbox", action="store_true", help="call the local sandbox in place of the source"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.cli.terminal import show
    from spectra_gx.doctor.findings import Level
    from spectra_gx.render import doctor_output, result_json

    findings = open_project(arguments, or_here=True).doctor(sandbox=arguments.sandbox)
    if arguments.json:
        write(result_json.dumps(doctor_output.doctor_json(findings)))
    else:
        show(doctor_output.doctor_screen(findings), arguments.environment)
    return int(any(finding.level is Level.PROBLEM for finding in findings))
