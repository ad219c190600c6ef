"""The command line: parses, makes one call on the project, writes once."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    from spectra_gx.cli.parser import build_parser

    words = sys.argv[1:] if arguments is None else list(arguments)
    parsed = build_parser(next(iter(words), None)).parse_args(words)
    from spectra_gx.cli.carrying_out import run_command

    return run_command(parsed)


def console() -> None:
    """Enter from the shell."""
    # What deltalake logs by itself goes to stderr unredacted, past every handler of ours.
    os.environ.setdefault("RUST_LOG", "off")
    gc.set_threshold(100_000)  # a command ends soon, and what it makes it mostly keeps until then
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show `✓` shows its code instead of ending the command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = main()
    gc.freeze()  # what is left ends with the process; there is no use in looking through it
    sys.exit(code)
