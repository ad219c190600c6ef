"""The command `spectra-gx sandbox`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_debug, plain_command
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    sandbox = plain_command(
        commands,
        "sandbox",
        "serve the sandbox API on loopback until interrupted",
        {"sandbox --port 8000": "", "sandbox --fault rate-limit:3": "refuse three times"},
    )
    sandbox.add_argument("--system", metavar="NAME", help="source system to simulate")
    sandbox.add_argument("--port", type=int, default=0, metavar="N", help="default: a free port")
    sandbox.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[+AFTER][:COUNT][@PATH]",
        help="fault to simulate; repeatable",
    )
    add_debug(sandbox)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.settings.model import system_prefix
    from spectra_gx.sources.faults import parse_fault
    from spectra_gx.sources.registry import DEFAULT_SYSTEM, require_system

    system = require_system(arguments.system or DEFAULT_SYSTEM, "the command")
    faults = [parse_fault(fault, system.faults) for fault in arguments.fault]
    with system.sandbox(faults=faults, port=arguments.port) as sandbox, _until_interrupted():
        # The token opens nothing but this process, for as long as it lives.
        prefix = system_prefix(arguments.system).upper() if arguments.system else ""
        write(f"{prefix}BASE_URL={sandbox.base_url}")
        write(f"{prefix}BASE_PATH={sandbox.base_path}")
        write(f"{prefix}API_TOKEN={sandbox.token.get_secret_value()}")
        if user := getattr(sandbox, "user", None):
            write(f"{prefix}API_USER={user}")
        sys.stdout.flush()
        report("serving until interrupted with Ctrl-C")
        sandbox.serve_forever()
    return 0


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """End the `with` block at an interrupt, and say so; it may come before the server waits."""
    try:
        yield
    except KeyboardInterrupt:
        report("stopped")
