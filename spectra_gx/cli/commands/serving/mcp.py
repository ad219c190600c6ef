"""The command `spectra-gx mcp`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_warehouse, command, open_project
from spectra_gx.cli.output import report

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands

_PORT = 8756


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    mcp = command(
        commands,
        "mcp",
        "serve contracts and results to agents, by the Model Context Protocol",
        {
            "mcp": "over standard streams, as agents start it",
            "mcp --http": "on loopback, until interrupted",
            "mcp --samples": "values of failing rows may leave",
        },
        tables=False,
    )
    add_warehouse(mcp)
    mcp.add_argument("--http", action="store_true", help="serve over HTTP (default: stdio)")
    mcp.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help="where to listen; others than this machine's need tokens (default: %(default)s)",
    )
    mcp.add_argument(
        "--port",
        type=int,
        default=_PORT,
        metavar="N",
        help="port, 0 for a free one (default: %(default)s)",
    )
    mcp.add_argument(
        "--samples",
        action="store_true",
        help="show values of failing rows and of profiles, never of classified columns",
    )
    mcp.add_argument(
        "--allow-run", action="store_true", help="add a tool that runs stages (default: read only)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    _require_extra()
    from spectra_gx.integrations.mcp.project_access import ProjectAccess

    project = open_project(arguments)
    access = ProjectAccess(
        project.root, arguments.warehouse, arguments.environment, arguments.samples
    )
    if not arguments.http:
        from spectra_gx.integrations.mcp.stdio_serving import serve_stdio

        if sys.stdin.isatty():
            report("an agent starts this, and speaks to it here; end it with Ctrl-C")
        serve_stdio(access, allow_run=arguments.allow_run)
        return 0

    from spectra_gx.integrations.mcp.http_serving import serve_http
    from spectra_gx.store.credentials.service_tokens import ServiceTokens

    def ready(address: str) -> None:
        report(f"serving agents on {address} until interrupted with Ctrl-C")

    try:
        serve_http(
            access,
            arguments.host,
            arguments.port,
            ServiceTokens(project.settings.credentials),
            ready,
            allow_run=arguments.allow_run,
        )
    except KeyboardInterrupt:
        report("stopped")
    return 0


def _require_extra() -> None:
    """Refuse to go on where the extra is not installed.

    Raises:
        ConfigurationError: It is not; says what to install.
    """
    from importlib.util import find_spec

    from spectra_gx.errors import ConfigurationError

    if find_spec("mcp") is None:
        raise ConfigurationError(
            "the server for agents needs the extra `mcp`; run `pip install 'spectra-gx[mcp]'`"
        )
