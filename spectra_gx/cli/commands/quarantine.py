"""The command `spectra-gx quarantine list|show|release`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project, plain_command, positive
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "inspect quarantined rows and release them"
    examples = {
        "quarantine list": "",
        "quarantine show source.config --last 5": "the newest five rows",
        "quarantine release source.config --run RUN": "check them again",
    }
    quarantine = plain_command(commands, "quarantine", purpose, examples)
    actions = quarantine.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = command(
        actions,
        "list",
        "list quarantined rows by run and rule",
        {"quarantine list": "", "quarantine list source": "of one stage"},
        tables=True,
    )
    listed.add_argument("stage", metavar="STAGE", nargs="?", help="only tables of this stage")
    show = command(
        actions,
        "show",
        "show quarantined rows, the newest first",
        {
            "quarantine show source.config": "",
            "quarantine show source.config --rule source.config.key": "of one rule",
        },
        tables=True,
    )
    show.add_argument("table", metavar="TABLE")
    show.add_argument("--run", metavar="ID", help="only rows that this run quarantined")
    show.add_argument("--rule", metavar="ID", help="only rows that break this rule")
    show.add_argument(
        "--last", type=positive, metavar="N", default=20, help="at most N rows (default: 20)"
    )
    release = command(
        actions,
        "release",
        "check a run's rows again and publish those that pass",
        {"quarantine release source.config --run RUN": "`quarantine list` names RUN"},
        tables=True,
    )
    release.add_argument("table", metavar="TABLE")
    release.add_argument("--run", metavar="ID", required=True, help="the run that quarantined them")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    return {"list": _list, "show": _show, "release": _release}[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import quarantine_output, result_json

    entries = open_project(arguments).quarantined(arguments.stage)
    write(
        result_json.dumps({"held": [entry.to_dict() for entry in entries]})
        if arguments.json
        else quarantine_output.quarantine_text(entries)
    )
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import quarantine_output, result_json

    rows = open_project(arguments).quarantined_rows(
        arguments.table, run=arguments.run, rule=arguments.rule, last=arguments.last
    )
    write(
        result_json.dumps({"table": arguments.table, "rows": rows})
        if arguments.json
        else quarantine_output.quarantined_rows_text(rows)
    )
    return 0


def _release(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import quarantine_output, result_json

    release = open_project(arguments).release(arguments.table, arguments.run)
    write(
        result_json.dumps(release.to_dict())
        if arguments.json
        else quarantine_output.release_text(release)
    )
    return release.exit_code
