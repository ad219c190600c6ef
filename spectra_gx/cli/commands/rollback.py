"""The command `spectra-gx rollback STAGE --batch ID`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_stage, add_wait, command, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "take a published batch back"
    examples = {
        "rollback shop --batch 2026-11-28": "the tables are what they were before it",
        "rollback shop --batch 2026-11-28 --through": "with all batches after it",
    }
    rollback = command(commands, "rollback", purpose, examples, tables=True)
    add_stage(rollback, "stage that published it")
    rollback.add_argument("--batch", metavar="ID", required=True, help="the batch to take back")
    rollback.add_argument("--through", action="store_true", help="take later batches back, too")
    add_wait(rollback)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.cli.terminal import show
    from spectra_gx.render import result_json
    from spectra_gx.render.result_screens import rollback_screen

    project = open_project(arguments)
    stage = arguments.stage or project.only_stage()
    run = project.rollback(stage, arguments.batch, through=arguments.through, wait=arguments.wait)
    if arguments.json:
        write(result_json.dumps(run.to_dict()))
    else:
        show(rollback_screen(run), arguments.environment)
    return run.exit_code
