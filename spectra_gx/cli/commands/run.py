"""The command `spectra-gx run [STAGE]`."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_environment, add_screen, add_stage, command, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = {
        "run source --sandbox": "try it without a source system",
        "run source --preview": "build and check, publish nothing",
        "run source --sandbox --fault html": "see how a run fails",
        "run prepare --quiet": "in a pipeline: print only failures",
    }
    purpose = "build a stage's tables, validate, publish, log and notify"
    run = command(commands, "run", purpose, examples, tables=True)
    add_stage(run, "stage to run")
    add_screen(run)
    run.add_argument("--sandbox", action="store_true", help="use the local sandbox as the source")
    run.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[+AFTER][:COUNT][@PATH]",
        help="fault for the sandbox to simulate; repeatable",
    )
    run.add_argument("--bootstrap", action="store_true", help="rebuild the endpoint catalogue")
    run.add_argument("--rebuild", action="store_true", help="replace tables, schemas included")
    run.add_argument("--preview", action="store_true", help="build and check, publish nothing")
    run.add_argument(
        "--backfill", action="store_true", help="check stored versions again and log them"
    )
    run.add_argument(
        "--publish-anyway", action="store_true", help="publish even if the contract fails"
    )
    add_environment(run)
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
        type=int,
        metavar="ID",
        help="project of the source system to read (default: the first)",
    )
    run.add_argument(
        "--all-endpoints",
        action="store_true",
        help="probe all endpoints of the source, not only those that are due",
    )
    run.add_argument(
        "--correlation-id", metavar="RUN", help="execution id of the run whose output is consumed"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from dataclasses import replace

    from spectra_gx.cli.terminal import relative_to_cwd, runbook_near, show, show_progress
    from spectra_gx.errors import UsageError
    from spectra_gx.render import result_json
    from spectra_gx.render.result_screens import run_screen
    from spectra_gx.runner.parameters import RunParameters

    if arguments.fault and not arguments.sandbox:
        raise UsageError("`--fault` needs the sandbox; add `--sandbox`")
    # A pipeline that cancels a run sends SIGTERM; the run then still records that it ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    project = open_project(arguments)
    stage = arguments.stage or project.only_stage()
    parameters = RunParameters(
        bootstrap=arguments.bootstrap,
        test=arguments.test,
        rebuild=arguments.rebuild,
        preview=arguments.preview,
        handoff=arguments.handoff,
        publish_anyway=arguments.publish_anyway,
        backfill=arguments.backfill,
        project=arguments.project_id,
        all_endpoints=arguments.all_endpoints,
        debug=arguments.debug,
    )
    with show_progress(hidden=arguments.json or arguments.quiet) as progress:
        run = replace(project, progress=progress).run(
            stage,
            parameters,
            sandbox=arguments.sandbox,
            faults=[project.parse_fault(stage, fault) for fault in arguments.fault],
            correlation_id=arguments.correlation_id,
        )
    if arguments.json:
        write(result_json.dumps(run.to_dict()))
        return run.exit_code
    if run.success and arguments.quiet:
        return run.exit_code
    if run.success and run.published and run.contract.describes_source:
        from spectra_gx.notebook import display_portfolio_summary

        display_portfolio_summary(project, run.contract.name)
    page = run.docs if run.success else run.page or run.docs
    docs = None if page is None else relative_to_cwd(project.warehouse.root / page)
    runbook = runbook_near(project.warehouse.docs_index)
    show(run_screen(run, docs=docs, runbook=runbook, verbose=arguments.verbose))
    return run.exit_code
