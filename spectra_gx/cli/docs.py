"""The command `spectra-gx docs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, project_of
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    docs = command(
        commands,
        "docs",
        "print where the data docs are",
        {"docs": "", "docs --open": "in a browser"},
        tables=True,
    )
    docs.add_argument("--open", action="store_true", help="open them in a browser")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    page = project_of(arguments).docs()
    if arguments.json:
        from spectra_gx.render import json

        write(json.dumps({"docs": str(page)}))
    else:
        write(str(page))
    if arguments.open:
        import webbrowser

        webbrowser.open(page.as_uri())
    return 0
