"""The command `spectra-gx new FOLDER`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_debug, folder, plain_command
from spectra_gx.cli.output import report

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    new = plain_command(
        commands,
        "new",
        "create a project that runs at once",
        {
            "new first": "with a contract and two tables to start from",
            "new tests --system NAME": "for a source system, with its contracts",
        },
    )
    new.add_argument("folder", type=folder, metavar="FOLDER", help="a new folder, or an empty one")
    new.add_argument("--system", metavar="NAME", help="the source system that it reads")
    add_debug(new)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.project import Project

    project = Project.new(arguments.folder, system=arguments.system)
    stages = " and ".join(f"`{stage}`" for stage in project.contracts)
    report(f"`{arguments.folder}` created with the contract of {stages}")
    report(f"next: `cd {arguments.folder}`, then as its `README.md` says")
    return 0
