"""The command `spectra-gx compile`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    compile_ = command(
        commands,
        "compile",
        "generate the GX artefacts of all contracts",
        {"compile": "", "compile --check": "in CI"},
        tables=False,
    )
    compile_.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when they are out of date"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    project = open_project(arguments)
    if not arguments.check:
        changed = project.compile()
        for path in changed:
            write(path)
        report(f"{len(changed)} file{'s'[: len(changed) != 1]} changed")
        return 0
    stale = project.stale()
    for path in stale:
        write(path)
    if stale:
        report(f"out of date: {len(stale)}; run `spectra-gx compile` and commit the result")
    return 1 if stale else 0
