"""The command `spectra-gx serve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.project import Project

_LIBRARIES = ("fastapi", "prometheus_client", "starlette", "uvicorn")


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = {
        "serve": "data docs, live runs and an API for this machine",
        "serve --port 0": "on a free port",
        "serve --host 0.0.0.0": "for others, who need a token",
    }
    purpose = "serve data docs, live runs and an API over HTTP"
    serve = command(commands, "serve", purpose, examples, tables=True)
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help="interface to listen on; others than this machine's need tokens "
        "(default: %(default)s)",
    )
    serve.add_argument(
        "--port",
        type=int,
        default=8000,
        metavar="N",
        help="its port, 0 for a free one (default: %(default)s)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json

    def announce(url: str) -> None:
        write(result_json.dumps({"url": url}) if arguments.json else url)
        sys.stdout.flush()
        report("serving until interrupted with Ctrl-C")

    _load()(open_project(arguments), arguments.host, arguments.port, announce)
    report("stopped")
    return 0


def _load() -> Callable[[Project, str, int, Callable[[str], None]], None]:
    """Return what serves a project.

    Raises:
        ConfigurationError: A library is missing; says what to install.
    """
    try:
        from spectra_gx.service.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _LIBRARIES:
            raise
        from spectra_gx.errors import ConfigurationError

        raise ConfigurationError(
            "what `spectra-gx serve` needs is not installed; run "
            "`pip install 'spectra-gx[service]'`"
        ) from None
    return serve
