"""The command `spectra-gx lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.contract.linting import LintResult


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    lint = command(
        commands,
        "lint",
        "find all problems in contracts",
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
        help="output format (default: text)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    named = arguments.contracts
    project = open_project(arguments, named[0] if named else None)
    found = project.lint(named)
    if arguments.format == "text":
        _report(found)
    else:
        text = _formatted(found, arguments.format)
        if text:
            write(text, commands=arguments.format == "github")
    return 2 if found.problems else 0


def _report(found: LintResult) -> None:
    from spectra_gx.render.lint_text import problems_text

    for note in found.notes:
        report(f"note: {note}")
    if found.problems:
        report(problems_text(found.problems))
    else:
        report(f"no problems in {found.files} contract{'s'[: found.files != 1]}")


def _formatted(found: LintResult, form: str) -> str:
    """Return what was found in a format for programs."""
    from spectra_gx.render.result_json import dumps

    if form == "json":
        return dumps(found.to_dict())
    from spectra_gx.render.repository_paths import name_from_repository_root

    levels = [
        *(("error", problem) for problem in name_from_repository_root(found.problems, found.paths)),
        *(("note", note) for note in name_from_repository_root(found.notes, found.paths)),
    ]
    if form == "github":
        from spectra_gx.render.github import workflow_commands

        return workflow_commands(levels, title="spectra-gx lint")
    from spectra_gx.contract.problems import FAMILIES
    from spectra_gx.render.sarif import sarif_log

    return dumps(sarif_log(levels, command="lint", rules=FAMILIES))
