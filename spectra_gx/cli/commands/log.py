"""The command `spectra-gx log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project, positive
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.project import Project


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    log = command(
        commands,
        "log",
        "show a stage's activity log",
        {
            "log source": "",
            "log source --last 5": "the newest five runs",
            "log --sql": "views over all logs, for charts",
        },
        tables=True,
    )
    log.add_argument(
        "stage", nargs="?", metavar="STAGE", help="default: the project's only one, or source"
    )
    log.add_argument(
        "--last",
        type=positive,
        metavar="N",
        help="only the newest N runs, and what is of none since",
    )
    log.add_argument(
        "--sql",
        nargs="?",
        const="duckdb",
        choices=("duckdb", "spark", "tsql"),
        help="print SQL views for tools that draw charts (default: duckdb)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json, summary_text

    project = open_project(arguments)
    if arguments.sql:
        write(project.log_views(arguments.stage, dialect=arguments.sql).rstrip("\n"))
        return 0
    rows = project.log(arguments.stage or _default(project), limit=arguments.last)
    write(
        result_json.dumps(result_json.log_json(rows))
        if arguments.json
        else summary_text.log_text(rows)
    )
    return 0


def _default(project: Project) -> str:
    from spectra_gx.errors import UsageError

    try:
        return project.only_stage()
    except UsageError:
        return "source"  # what the command has always shown where there are several
