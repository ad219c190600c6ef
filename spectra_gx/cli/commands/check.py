"""The command `spectra-gx check [CONTRACT]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import (
    add_screen,
    command,
    instant,
    open_project,
    version,
)
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = {
        "check source": "",
        "check source --table source.endpoints": "one table",
        "check source --version 0": "an older version",
        "check source --changed --record": "only added rows",
        "check mine.contract.yaml --warehouse lake": "without a project",
    }
    purpose = "check existing tables without changing them"
    check = command(commands, "check", purpose, examples, tables=True)
    add_screen(check)
    check.add_argument(
        "contract",
        nargs="?",
        metavar="CONTRACT",
        help="a stage's name or a contract file (default: the project's only stage)",
    )
    check.add_argument("--table", metavar="T", help="check only this table")
    check.add_argument(
        "--version", type=version, metavar="N", help="check this version, or Iceberg snapshot"
    )
    check.add_argument(
        "--as-of", type=instant, metavar="TIME", help="the clock, ISO 8601 (default: now)"
    )
    check.add_argument(
        "--engine",
        choices=("datafusion", "spark"),
        default="datafusion",
        help="what evaluates the rules (default: %(default)s)",
    )
    check.add_argument(
        "--changed",
        action="store_true",
        help="check row rules only on rows added since a recorded check that they passed",
    )
    check.add_argument("--record", action="store_true", help="write the result to the activity log")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from dataclasses import replace

    from spectra_gx.cli.terminal import docs_address, runbook_address, show, show_progress
    from spectra_gx.render import result_json
    from spectra_gx.render.result_screens import check_screen
    from spectra_gx.warehouse.warehouse import DOCS_INDEX

    with show_progress(hidden=arguments.json or arguments.quiet) as progress:
        project = replace(open_project(arguments, arguments.contract), progress=progress)
        named = arguments.contract or project.only_stage()
        result = project.check(
            named,
            table=arguments.table,
            version=arguments.version,
            as_of=arguments.as_of,
            record=arguments.record,
            engine=arguments.engine,
            changed=arguments.changed,
        )
    if arguments.json:
        write(result_json.dumps(result.to_dict()))
    elif result.verdict != "passed" or not arguments.quiet:
        warehouse = project.warehouse
        written = warehouse.store.exists(DOCS_INDEX)
        docs = docs_address(warehouse, DOCS_INDEX) if written else None
        contract = project.contract(named)
        runbook = runbook_address(warehouse)
        verbose = arguments.verbose
        screen = check_screen(result, contract, docs=docs, runbook=runbook, verbose=verbose)
        show(screen, arguments.environment)
    return {"passed": 0, "failed": 1, "errored": 3}[result.verdict]
