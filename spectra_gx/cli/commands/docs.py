"""The command `spectra-gx docs [build|open|serve]`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

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
    project = open_project(arguments)
    if arguments.action == "build":
        from spectra_gx.display import counted

        report(f"built from the log: pages of {counted(project.build_docs(), 'run')}")
    if arguments.action == "serve":
        _serve(project, arguments)
        return 0
    page = project.docs()
    _write({"docs": str(page)}, as_json=arguments.json)
    if arguments.action == "open":
        import webbrowser

        webbrowser.open(page.as_uri())
    return 0


def _serve(project: Project, arguments: argparse.Namespace) -> None:
    from spectra_gx.report.docs_server import DocsServer

    with DocsServer(project.docs().parent, arguments.port) as server:
        _write({"url": server.url}, as_json=arguments.json)
        sys.stdout.flush()
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
