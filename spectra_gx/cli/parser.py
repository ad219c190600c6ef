"""What the command line accepts; nothing heavy is imported to say so."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from spectra_gx import __version__

_EXIT_CODES = (
    "exit codes: 0 the gates pass · 1 a contract is failed · 2 the contract or the command line is "
    "invalid · 3 it could not be run, or a rule could not be evaluated"
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="spectra-gx",
        description="Data contracts that are really checked.",
        epilog=_EXIT_CODES,
    )
    parser.add_argument("--version", action="version", version=f"spectra-gx {__version__}")
    parser.set_defaults(json=False, debug=False, project=None, warehouse=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_check(commands)
    _add_lint(commands)
    _add_compile(commands)
    _add_log(commands)
    _add_handoff(commands)
    _add_docs(commands)
    _add_sandbox(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names this type no other way


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, purpose: str, *, tables: bool
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.", epilog=_EXIT_CODES
    )
    parser.add_argument(
        "--project",
        type=_folder,
        metavar="DIR",
        help="folder that holds contracts/ (default: upwards from here)",
    )
    parser.add_argument("--debug", action="store_true", help="say more on stderr")
    if tables:
        parser.add_argument(
            "--warehouse",
            type=_folder,
            metavar="DIR",
            help="where tables stand (default: ./warehouse)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return parser


def _add_run(commands: Commands[argparse.ArgumentParser]) -> None:
    run = _command(
        commands, "run", "build a stage's tables, judge, publish, log and tell", tables=True
    )
    run.add_argument("stage", metavar="STAGE")
    run.add_argument("--sandbox", action="store_true", help="read the local sandbox as the source")
    run.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:COUNT][@PATH]",
        help="what the sandbox does wrong; may be given again",
    )
    run.add_argument("--bootstrap", action="store_true", help="rebuild the endpoint catalogue")
    run.add_argument("--rebuild", action="store_true", help="replace tables, schemas included")
    run.add_argument("--preview", action="store_true", help="build and judge, publish nothing")
    run.add_argument("--backfill", action="store_true", help="judge stored versions and log them")
    run.add_argument("--publish-anyway", action="store_true", help="publish what failed, too")
    run.add_argument(
        "--no-test",
        dest="test",
        action="store_false",
        help="judge only the tables that this run builds",
    )
    run.add_argument(
        "--project-id",
        type=int,
        metavar="ID",
        help="the source's project to walk (default: its first)",
    )
    run.add_argument(
        "--correlation-id", metavar="RUN", help="execution id of the run whose output is consumed"
    )


def _add_check(commands: Commands[argparse.ArgumentParser]) -> None:
    check = _command(
        commands, "check", "judge tables where they stand, writing nothing", tables=True
    )
    check.add_argument("contract", metavar="CONTRACT", help="a stage's name or a contract file")
    check.add_argument("--table", metavar="T", help="judge this table only")
    check.add_argument("--version", type=_version, metavar="N", help="judge this Delta version")
    check.add_argument(
        "--as-of", type=_instant, metavar="TIME", help="the clock, ISO 8601 (default: now)"
    )
    check.add_argument("--record", action="store_true", help="put the result into the activity log")


def _add_lint(commands: Commands[argparse.ArgumentParser]) -> None:
    lint = _command(commands, "lint", "find everything wrong with contracts", tables=False)
    lint.add_argument(
        "contracts", nargs="*", metavar="CONTRACT", help="stages or files (default: all)"
    )


def _add_compile(commands: Commands[argparse.ArgumentParser]) -> None:
    compile_ = _command(
        commands, "compile", "write the GX artefacts of all contracts", tables=False
    )
    compile_.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when they are stale"
    )


def _add_log(commands: Commands[argparse.ArgumentParser]) -> None:
    log = _command(commands, "log", "show a stage's activity log", tables=True)
    log.add_argument("stage", metavar="STAGE", nargs="?", default="source")
    log.add_argument("--last", type=_positive, metavar="N", help="only the newest N runs")


def _add_handoff(commands: Commands[argparse.ArgumentParser]) -> None:
    handoff = _command(commands, "handoff", "say whether the next stage may start", tables=True)
    handoff.add_argument("stage", metavar="STAGE")


def _add_docs(commands: Commands[argparse.ArgumentParser]) -> None:
    docs = _command(commands, "docs", "print where the data docs are", tables=True)
    docs.add_argument("--open", action="store_true", help="open them in a browser")


def _add_sandbox(commands: Commands[argparse.ArgumentParser]) -> None:
    sandbox = commands.add_parser(
        "sandbox",
        help="serve the sandbox API on loopback",
        description="Serve the sandbox API on loopback until interrupted.",
    )
    sandbox.add_argument("--port", type=int, default=0, metavar="N", help="default: a free one")
    sandbox.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:COUNT][@PATH]",
        help="what to do wrong",
    )
    sandbox.add_argument("--debug", action="store_true", help="say more on stderr")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"`{text}` is no ISO 8601 time; write it as 2026-01-31T12:00:00Z"
        ) from None


def _version(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"`{text}` is no Delta version; they count from 0")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is no whole number above 0")
    return int(text)


def _folder(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError(
            "an empty name is no folder; leave the option out, or give one"
        )
    return text
