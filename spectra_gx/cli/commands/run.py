"""The command `spectra-gx run [STAGE …]`."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_screen, command, day, folder, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.project import Project
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.several_runs import RunsResult


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = {
        "run source --sandbox": "try it without a source system",
        "run source --preview": "build and check, publish nothing",
        "run source --sandbox --fault html": "see how a run fails",
        "run source prepare": "in this order, up to a failure",
        "run shop --from 2026-11-01 --to 2026-11-07": "build these days again",
        "run prepare --quiet": "in a pipeline: print only failures",
    }
    purpose = "build a stage's tables, validate, publish, log and notify"
    run = command(commands, "run", purpose, examples, tables=True)
    run.add_argument(
        "stages",
        nargs="*",
        metavar="STAGE",
        help="stages to run in this order, up to the first that fails (default: the only one)",
    )
    add_screen(run)
    run.add_argument("--sandbox", action="store_true", help="use the local sandbox as the source")
    run.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[+AFTER][:COUNT][@PATH]",
        help="fault for the sandbox of one STAGE to simulate; repeatable",
    )
    run.add_argument(
        "--sandbox-day",
        type=int,
        metavar="N",
        help="day of the sandbox's data, counted from 0; each adds what happened since",
    )
    run.add_argument("--bootstrap", action="store_true", help="rebuild the endpoint catalogue")
    run.add_argument("--rebuild", action="store_true", help="replace tables, schemas included")
    run.add_argument("--full", action="store_true", help="build every table from the beginning")
    run.add_argument("--since", metavar="VALUE", help="where tables with a watermark begin")
    run.add_argument(
        "--from",
        dest="first",
        type=day,
        metavar="DAY",
        help="run once a day from this one on, building only `replace_where` tables",
    )
    run.add_argument("--to", dest="last", type=day, metavar="DAY", help="the last of these days")
    run.add_argument(
        "--batch-id", metavar="ID", help="what the run adds; published once, however often it runs"
    )
    run.add_argument(
        "--wait",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long to wait for another run of the stage (default: 60)",
    )
    run.add_argument(
        "--table",
        metavar="TABLE",
        help="build this table of one STAGE and what needs it (default: all)",
    )
    run.add_argument(
        "--staged",
        type=folder,
        metavar="DIR",
        help="take the tables of one STAGE that a job left here",
    )
    run.add_argument("--preview", action="store_true", help="build and check, publish nothing")
    run.add_argument(
        "--backfill", action="store_true", help="check stored versions again and log them"
    )
    run.add_argument(
        "--publish-anyway", action="store_true", help="publish even if the contract fails"
    )
    run.add_argument(
        "--no-test",
        dest="test",
        action="store_false",
        help="check only the tables that this run builds",
    )
    run.add_argument(
        "--no-handoff",
        dest="handoff",
        action="store_false",
        help="begin although a stage that is consumed is not ready; the log says so",
    )
    run.add_argument(
        "--project-id",
        type=_project,
        metavar="ID",
        help="project of the source system to read: its id or its key (default: the first)",
    )
    run.add_argument(
        "--all-endpoints",
        action="store_true",
        help="probe all endpoints of the source, not only those that are due",
    )
    run.add_argument(
        "--correlation-id",
        metavar="RUN",
        help="execution id of the run whose output one STAGE consumes",
    )


def _project(text: str) -> int | str:
    """Return the id of a project, a number where it is written as one, or its key."""
    return int(text) if text.isdecimal() else text


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from dataclasses import replace

    from spectra_gx.cli.terminal import show, show_progress
    from spectra_gx.render import result_json
    from spectra_gx.render.screen_lines import Line
    from spectra_gx.runner.several_runs import RunsResult

    _refuse_combinations(arguments)
    # A pipeline that cancels a run sends SIGTERM; the run then still records that it ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    project = open_project(arguments)
    stages = arguments.stages or [project.only_stage()]
    with show_progress(hidden=arguments.json or arguments.quiet) as progress:
        ended = _run(replace(project, progress=progress), stages, arguments)
    if arguments.json:
        write(result_json.dumps(ended.to_dict()))
    elif isinstance(ended, RunsResult):
        for run in ended.runs:
            _show(project, run, arguments)
        for name in ended.not_started:
            show([Line(f"· {name} not started")])
    else:
        _show(project, ended, arguments)
    return ended.exit_code


def _refuse_combinations(arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together, before anything is read."""
    from spectra_gx.errors import UsageError

    by_day = arguments.first is not None
    if by_day != (arguments.last is not None):
        given, missing = ("from", "to") if by_day else ("to", "from")
        raise UsageError(
            f"`--{given}` needs `--{missing}`: the days begin with one and end with the other; "
            "for one day give it twice"
        )
    if by_day and arguments.staged:
        raise UsageError(
            "`--staged` names the tables of one run, and `--from` makes several; leave one out"
        )
    alone = ("first", "fault", "correlation_id", "staged", "table")
    for option, given in ((_option(name), getattr(arguments, name)) for name in alone):
        if given and len(arguments.stages) > 1:
            raise UsageError(f"`--{option}` is for one stage; run `{arguments.stages[0]}` alone")


def _run(
    project: Project, stages: Sequence[str], arguments: argparse.Namespace
) -> RunResult | RunsResult:
    """Run several stages, one stage on several days, or one stage."""
    from functools import partial
    from pathlib import Path

    parameters = _parameters(arguments)
    sandbox, sandbox_day = arguments.sandbox, arguments.sandbox_day
    if len(stages) > 1:
        return project.run_stages(stages, parameters, sandbox=sandbox, sandbox_day=sandbox_day)
    [stage] = stages
    run: Callable[..., RunResult | RunsResult]
    if arguments.first is not None:
        run = partial(project.run_days, stage, arguments.first, arguments.last)
    else:
        staged = None if arguments.staged is None else Path(arguments.staged)
        run = partial(project.run, stage, staged=staged)
    return run(
        parameters=parameters,
        sandbox=sandbox,
        faults=[project.parse_fault(stage, fault) for fault in arguments.fault],
        sandbox_day=sandbox_day,
        correlation_id=arguments.correlation_id,
    )


def _parameters(arguments: argparse.Namespace) -> RunParameters:
    from spectra_gx.runner.parameters import RunParameters

    return RunParameters(
        bootstrap=arguments.bootstrap,
        test=arguments.test,
        rebuild=arguments.rebuild,
        preview=arguments.preview,
        handoff=arguments.handoff,
        publish_anyway=arguments.publish_anyway,
        backfill=arguments.backfill,
        project=arguments.project_id,
        full=arguments.full,
        since=arguments.since,
        batch_id=arguments.batch_id,
        wait=arguments.wait,
        table=arguments.table,
        all_endpoints=arguments.all_endpoints,
        debug=arguments.debug,
    )


def _option(name: str) -> str:
    return "from" if name == "first" else name.replace("_", "-")


def _show(project: Project, run: RunResult, arguments: argparse.Namespace) -> None:
    """Show how a run ended, unless that is good and nobody wants to read it."""
    from spectra_gx.cli.terminal import docs_address, runbook_address, show
    from spectra_gx.render.result_screens import run_screen

    if run.success and arguments.quiet:
        return
    if run.success and run.published and run.contract.describes_source:
        from spectra_gx.errors import WarehouseError
        from spectra_gx.notebook import display_portfolio_summary

        try:
            display_portfolio_summary(project, run.contract.name)
        except WarehouseError as error:
            report(f"the portfolio cannot be shown: {error}")
    page = run.docs if run.success else run.page or run.docs
    docs = None if page is None else docs_address(project.warehouse, page)
    runbook = runbook_address(project.warehouse)
    screen = run_screen(run, docs=docs, runbook=runbook, verbose=arguments.verbose)
    show(screen, arguments.environment)
