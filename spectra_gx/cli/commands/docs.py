"""The command `spectra-gx docs [build|open|serve]`."""

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


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    docs = command(
        commands,
        "docs",
        "print where the data docs are; open, serve or rebuild them",
        {
            "docs": "print the address of the first page",
            "docs open": "open it in a browser",
            "docs serve --port 8000": "serve them to this machine until interrupted",
            "docs build": "rebuild, for example after contracts changed",
        },
        tables=True,
    )
    docs.add_argument(
        "action", nargs="?", choices=("build", "open", "serve"), help="default: print the address"
    )
    docs.add_argument(
        "--port", type=int, default=0, metavar="N", help="port for `serve` (default: a free one)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.store.addresses import is_store_address

    project = open_project(arguments)
    if arguments.action == "build":
        from spectra_gx.display import counted

        report(f"built from the log: pages of {counted(project.build_docs(), 'run')}")
    if arguments.action == "serve":
        _serve(project, arguments)
        return 0
    address = project.docs_address()
    if arguments.action != "open":
        _write({"docs": address}, as_json=arguments.json)
    elif is_store_address(address):  # no browser reads it there
        _serve(project, arguments, show=_open)
    else:
        _write({"docs": address}, as_json=arguments.json)
        _open(project.docs().as_uri())
    return 0


def _open(url: str) -> None:
    import webbrowser

    webbrowser.open(url)


def _serve(
    project: Project, arguments: argparse.Namespace, show: Callable[[str], None] | None = None
) -> None:
    from spectra_gx.report.addresses import DOCS
    from spectra_gx.report.docs_server import DocsServer

    project.docs_address()
    with DocsServer(project.warehouse.store, DOCS, arguments.port) as server:
        _write({"url": server.url}, as_json=arguments.json)
        sys.stdout.flush()
        if show is not None:
            show(server.url)
        report("serving until interrupted with Ctrl-C")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            report("stopped")


def _write(facts: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        from spectra_gx.render import result_json

        write(result_json.dumps(facts))
    else:
        write(*facts.values())
