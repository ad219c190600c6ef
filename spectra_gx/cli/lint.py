"""The command `spectra-gx lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, project_around, project_of
from spectra_gx.cli.output import say, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.contract.linting import Lint


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    lint = command(
        commands,
        "lint",
        "find everything wrong with contracts",
        {"lint": "", "lint source": "one stage", "lint --format github": "in CI"},
        tables=False,
    )
    lint.add_argument(
        "contracts", nargs="*", metavar="CONTRACT", help="stages or files (default: all)"
    )
    lint.add_argument(
        "--format",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="how to tell what is found (default: text)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    named = arguments.contracts
    project = project_around(named[0], arguments) if named else project_of(arguments)
    found = project.lint(named)
    if arguments.format == "text":
        _say(found)
    else:
        told = _told(found, arguments.format)
        if told:
            write(told, commands=arguments.format == "github")
    return 2 if found.problems else 0


def _say(found: Lint) -> None:
    from spectra_gx.render.problems import problems_text

    for note in found.notes:
        say(f"note: {note}")
    if found.problems:
        say(problems_text(found.problems))
    else:
        say(f"no problems in {found.files} contract{'s'[: found.files != 1]}")


def _told(found: Lint, form: str) -> str:
    """Return what was found as machines read it."""
    from spectra_gx.render.json import dumps

    if form == "json":
        from spectra_gx.render.problems import lint_json

        return dumps(lint_json(found))
    from spectra_gx.render.repository import named_from_repository

    levels = [
        *(("error", problem) for problem in named_from_repository(found.problems, found.paths)),
        *(("note", note) for note in named_from_repository(found.notes, found.paths)),
    ]
    if form == "github":
        from spectra_gx.render.github import workflow_commands

        return workflow_commands(levels, title="spectra-gx lint")
    from spectra_gx.contract.report import FAMILIES
    from spectra_gx.render.sarif import sarif_log

    return dumps(sarif_log(levels, command="lint", rules=FAMILIES))
