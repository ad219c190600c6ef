"""The command line: parse arguments, call the project once, print the result."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from spectra_gx.cli.output import report
from spectra_gx.cli.streams import protect_streams, write_failure

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    from spectra_gx.cli.parser import build_parser

    words = sys.argv[1:] if arguments is None else list(arguments)
    parsed = build_parser(next(iter(words), None)).parse_args(words)
    from spectra_gx.cli.run_command import run_command

    return run_command(parsed)


def console() -> None:
    """Enter from the shell."""
    # What deltalake logs by itself goes to stderr unredacted, past every handler of ours.
    os.environ.setdefault("RUST_LOG", "off")
    gc.set_threshold(100_000)  # a command ends soon, and what it makes it mostly keeps until then
    protect_streams()
    code = main()
    if failure := write_failure():
        report(
            f"error: the output could not be written: {failure}; make room, or send it elsewhere"
        )
        code = 3
    gc.freeze()  # what is left ends with the process; there is no use in looking through it
    sys.exit(code)
