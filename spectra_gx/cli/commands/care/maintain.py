"""The command `spectra-gx maintain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_apply, add_wait, command, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "merge small files and delete what nothing needs"
    examples = {
        "maintain": "what would be deleted and merged",
        "maintain --apply": "do it",
        "maintain shop --apply": "of one stage",
    }
    maintain = command(commands, "maintain", purpose, examples, tables=True)
    maintain.add_argument("stages", nargs="*", metavar="STAGE", help="default: all of the project")
    add_apply(maintain)
    add_wait(maintain)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json
    from spectra_gx.render.care import maintenance_output

    project = open_project(arguments)
    result = project.maintain(arguments.stages, apply=arguments.apply, wait=arguments.wait)
    write(
        result_json.dumps(result.to_dict())
        if arguments.json
        else maintenance_output.maintenance_text(result)
    )
    return result.exit_code
