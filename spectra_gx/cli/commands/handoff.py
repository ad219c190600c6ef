"""The command `spectra-gx handoff [STAGE]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_stage, command, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    handoff = command(
        commands,
        "handoff",
        "check whether the next stage may start",
        {"handoff source": "", "handoff source --json": "for a pipeline"},
        tables=True,
    )
    add_stage(handoff, "stage whose output is checked")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json, summary_text

    project = open_project(arguments)
    readiness = project.handoff(arguments.stage or project.only_stage())
    write(
        result_json.dumps(readiness.to_dict())
        if arguments.json
        else summary_text.readiness_text(readiness)
    )
    return 0 if readiness.ready else 1
