"""One small function a command: one call, one write; data on stdout, the rest on stderr."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

from spectra_gx.errors import ContractError, SpectraError, UsageError
from spectra_gx.project import Project

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)


def run_command(arguments: argparse.Namespace) -> int:
    """Carry out a parsed command; every error ends as a sentence on stderr and an exit code."""
    _set_up_logging(debug=arguments.debug)
    try:
        return _COMMANDS[arguments.command](arguments)
    except ContractError as error:
        _complain(str(error))
        return error.exit_code
    except SpectraError as error:
        _complain(f"error: {error.message}")
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not try to flush it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    except KeyboardInterrupt:
        _complain("interrupted")
        return 3
    except Exception as error:  # no traceback ever reaches a user
        logger.debug("the command ended early", exc_info=True)
        _complain(
            f"error: the command ended early with {type(error).__name__}; this is a defect of "
            "spectra-gx: run it again with `--debug` and report what it prints"
        )
        return 3


def _run(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import json, text
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.sources.sandbox import parse_fault

    if arguments.fault and not arguments.sandbox:
        raise UsageError("`--fault` is what the sandbox does wrong; add `--sandbox`")
    # A pipeline that cancels a run sends SIGTERM; the run then still records that it ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    project = _project(arguments)
    parameters = RunParameters(
        bootstrap=arguments.bootstrap,
        test=arguments.test,
        rebuild=arguments.rebuild,
        preview=arguments.preview,
        publish_anyway=arguments.publish_anyway,
        backfill=arguments.backfill,
        project=arguments.project_id,
        debug=arguments.debug,
    )
    run = project.run(
        arguments.stage,
        parameters,
        sandbox=arguments.sandbox,
        faults=[parse_fault(fault) for fault in arguments.fault],
        correlation_id=arguments.correlation_id,
    )
    if arguments.json:
        _write(json.dumps(json.run_json(run)))
        return run.exit_code
    if run.success and "source.portfolio" in run.published:
        from spectra_gx.notebook import display_portfolio_summary

        display_portfolio_summary(project)
    _write(text.run_text(run))
    return run.exit_code


def _check(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import json, text

    project = Project.open_around(arguments.contract, arguments.project, arguments.warehouse)
    result = project.check(
        arguments.contract,
        table=arguments.table,
        version=arguments.version,
        as_of=arguments.as_of,
        record=arguments.record,
    )
    _write(json.dumps(json.stage_json(result)) if arguments.json else text.stage_text(result))
    return {"passed": 0, "failed": 1, "errored": 3}[result.verdict]


def _lint(arguments: argparse.Namespace) -> int:
    if arguments.contracts:
        for named in arguments.contracts:
            Project.open_around(named, arguments.project).contract(named)
        _say("no problems")
        return 0
    found = _project(arguments).lint()
    for note in found.notes:
        _say(f"note: {note}")
    if found.problems:
        raise ContractError(found.problems)
    _say(f"no problems in {found.files} contracts")
    return 0


def _compile(arguments: argparse.Namespace) -> int:
    project = _project(arguments)
    if not arguments.check:
        changed = project.compile()
        for path in changed:
            _write(path)
        _say(f"{len(changed)} files changed")
        return 0
    stale = project.stale()
    for path in stale:
        _write(path)
    if stale:
        _complain(f"{len(stale)} artefacts are stale; run `spectra-gx compile` and commit them")
    return 1 if stale else 0


def _log(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import json, text

    rows = _project(arguments).log(arguments.stage, limit=arguments.last)
    _write(json.dumps(json.log_json(rows)) if arguments.json else text.log_text(rows))
    return 0


def _handoff(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import json, text

    readiness = _project(arguments).handoff(arguments.stage)
    _write(
        json.dumps(json.readiness_json(readiness))
        if arguments.json
        else text.readiness_text(readiness)
    )
    return 0 if readiness.ready else 1


def _docs(arguments: argparse.Namespace) -> int:
    page = _project(arguments).docs()
    if arguments.json:
        from spectra_gx.render import json

        _write(json.dumps({"docs": str(page)}))
    else:
        _write(str(page))
    if arguments.open:
        import webbrowser

        webbrowser.open(page.as_uri())
    return 0


def _sandbox(arguments: argparse.Namespace) -> int:
    from spectra_gx.sources.sandbox import Sandbox, parse_fault

    with Sandbox(
        faults=[parse_fault(fault) for fault in arguments.fault], port=arguments.port
    ) as sandbox:
        # The token opens nothing but this process, for as long as it lives.
        _write(f"BASE_URL={sandbox.base_url}")
        _write(f"BASE_PATH={sandbox.base_path}")
        _write(f"API_TOKEN={sandbox.token.get_secret_value()}")
        sys.stdout.flush()
        _say("serving until interrupted with Ctrl-C")
        try:
            sandbox.serve_forever()
        except KeyboardInterrupt:
            _say("stopped")
    return 0


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "check": _check,
    "lint": _lint,
    "compile": _compile,
    "log": _log,
    "handoff": _handoff,
    "docs": _docs,
    "sandbox": _sandbox,
}


def _project(arguments: argparse.Namespace) -> Project:
    return Project.open(arguments.project, getattr(arguments, "warehouse", None))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


_complain = _say


def _set_up_logging(*, debug: bool) -> None:
    """Send our own log to stderr; what libraries log is theirs, and may hold what we redact."""
    root = logging.getLogger()
    if not root.handlers:
        # Without any handler Python prints their warnings itself, and GX logs whole tracebacks.
        root.addHandler(logging.NullHandler())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    ours = logging.getLogger("spectra_gx")
    ours.handlers[:] = [handler]
    ours.setLevel(logging.DEBUG if debug else logging.INFO)
    ours.propagate = False
