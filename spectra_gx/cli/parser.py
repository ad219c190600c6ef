"""What the command line accepts; nothing heavy is imported to say so."""

from __future__ import annotations

import argparse
from importlib import import_module

from spectra_gx import __version__
from spectra_gx.cli.arguments import EXIT_CODES

COMMANDS = (
    *("run", "check", "init", "lint", "fmt", "diff", "review", "compile"),
    *("log", "quarantine", "handoff", "docs", "export", "import", "sandbox"),
)
"""In the order of the help; each is a module here, with `add` and `execute`."""


def build_parser(first: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of every command.

    Args:
        first: First word of the command line; when it is a command, the others need not be known,
            and cost nothing.
    """
    parser = argparse.ArgumentParser(
        prog="spectra-gx",
        description="Data contracts that are really checked.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("--version", action="version", version=f"spectra-gx {__version__}")
    parser.set_defaults(json=False, debug=False, project=None, warehouse=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in (first,) if first in COMMANDS else COMMANDS:
        module = import_module(f"spectra_gx.cli.{'import_' if name == 'import' else name}")
        module.add(commands)
        commands.choices[name].set_defaults(execute=module.execute)
    return parser
