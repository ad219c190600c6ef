"""The command `spectra-gx log`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project, positive
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    log = command(
        commands,
        "log",
        "show a stage's activity log",
        {"log source": "", "log source --last 5": "the newest five runs"},
        tables=True,
    )
    log.add_argument("stage", metavar="STAGE", nargs="?", default="source", help="default: source")
    log.add_argument("--last", type=positive, metavar="N", help="only the newest N runs")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json, summary_text

    rows = open_project(arguments).log(arguments.stage, limit=arguments.last)
    write(
        result_json.dumps(result_json.log_json(rows))
        if arguments.json
        else summary_text.log_text(rows)
    )
    return 0
