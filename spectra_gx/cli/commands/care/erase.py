"""The command `spectra-gx erase TABLE --where CONDITION`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_apply, add_wait, command, open_project
from spectra_gx.cli.output import in_environment, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "erase a person's rows, old versions and quarantine included"
    examples = {
        'erase shop.customer --where "id = 4711"': "what would be erased",
        'erase shop.customer --where "id = 4711" --apply': "for good",
    }
    erase = command(commands, "erase", purpose, examples, tables=True)
    erase.add_argument("table", metavar="TABLE")
    erase.add_argument(
        "--where", metavar="CONDITION", required=True, help="which rows, as a contract writes it"
    )
    add_apply(erase)
    add_wait(erase)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json
    from spectra_gx.render.care import erasure_output

    project = open_project(arguments)
    erasure = project.erase(
        arguments.table, arguments.where, apply=arguments.apply, wait=arguments.wait
    )
    write(
        result_json.dumps(erasure.to_dict())
        if arguments.json
        else in_environment(erasure_output.erasure_text(erasure), arguments.environment)
    )
    return erasure.exit_code
