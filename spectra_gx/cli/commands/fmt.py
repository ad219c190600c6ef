"""The command `spectra-gx fmt`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    fmt = command(
        commands,
        "fmt",
        "format contract files, comments included",
        {"fmt": "", "fmt --check": "in CI"},
        tables=False,
    )
    fmt.add_argument(
        "contracts", nargs="*", metavar="CONTRACT", help="stages or files (default: all)"
    )
    fmt.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when one is not formatted"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    named = arguments.contracts
    project = open_project(arguments, named[0] if named else None)
    changed = project.fmt(named, write=not arguments.check)
    for name in changed:
        write(name)
    count = f"{len(changed)} file{'s'[: len(changed) != 1]}"
    if not arguments.check:
        report(f"{count} changed")
        return 0
    if changed:
        report(f"{count} not in canonical form; run `spectra-gx fmt`")
    return 1 if changed else 0
