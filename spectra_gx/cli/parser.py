"""What the command line accepts; nothing heavy is imported to say so."""

from __future__ import annotations

import argparse

from spectra_gx import __version__
from spectra_gx.cli import (
    check,
    compile,  # noqa: A004
    docs,
    export,
    fmt,
    handoff,
    init,
    import_,
    lint,
    log,
    run,
    sandbox,
)
from spectra_gx.cli.arguments import EXIT_CODES

COMMANDS = (run, check, init, lint, fmt, compile, log, handoff, docs, export, import_, sandbox)
"""In the order of the help; each module has `add` and `execute`."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="spectra-gx",
        description="Data contracts that are really checked.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("--version", action="version", version=f"spectra-gx {__version__}")
    parser.set_defaults(json=False, debug=False, project=None, warehouse=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(commands)
        name = module.__name__.rpartition(".")[2].rstrip("_")
        commands.choices[name].set_defaults(execute=module.execute)
    return parser
