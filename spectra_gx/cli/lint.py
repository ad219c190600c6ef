"""The command `spectra-gx lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, project_around, project_of
from spectra_gx.cli.output import say

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
    from spectra_gx.errors import ContractError

    if arguments.contracts:
        for named in arguments.contracts:
            project_around(named, arguments).contract(named)
        say("no problems")
        return 0
    found = project_of(arguments).lint()
    for note in found.notes:
        say(f"note: {note}")
    if found.problems:
        raise ContractError(found.problems)
    say(f"no problems in {found.files} contracts")
    return 0
