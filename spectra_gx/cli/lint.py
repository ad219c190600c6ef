"""The command `spectra-gx lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, project_of
from spectra_gx.cli.output import say
from spectra_gx.errors import ContractError
from spectra_gx.project import Project

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    lint = command(commands, "lint", "find everything wrong with contracts", tables=False)
    lint.add_argument(
        "contracts", nargs="*", metavar="CONTRACT", help="stages or files (default: all)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    if arguments.contracts:
        for named in arguments.contracts:
            Project.open_around(named, arguments.project).contract(named)
        say("no problems")
        return 0
    found = project_of(arguments).lint()
    for note in found.notes:
        say(f"note: {note}")
    if found.problems:
        raise ContractError(found.problems)
    say(f"no problems in {found.files} contracts")
    return 0
