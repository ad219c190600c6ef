"""What several commands accept, and what their values must look like."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.project import Project

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names this type no other way

EXIT_CODES = """\
exit codes:
  0  the gates pass
  1  a contract is failed
  2  the contract or the command line is invalid
  3  it could not be run, or a rule could not be evaluated"""

_EXAMPLE_WIDTH = 54

Examples: TypeAlias = "Mapping[str, str]"
"""A command line, without our name → what it does, if it does not say so itself."""


def plain_command(
    commands: Commands, name: str, purpose: str, examples: Examples
) -> argparse.ArgumentParser:
    """Add a command that needs no project.

    Args:
        commands: Where it is added.
        name: What a person types.
        purpose: One line for the help, lower case.
        examples: Shown under it.
    """
    return commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=f"{_shown(examples)}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _shown(examples: Examples) -> str:
    lines = [f"  spectra-gx {typed}" for typed in examples]
    # Beside the longest of those that leave room; a column for all would be too wide.
    width = max((len(line) for line in lines if len(line) <= _EXAMPLE_WIDTH), default=0)
    told = zip(lines, examples.values(), strict=True)
    return "\n".join(
        ["examples:", *(f"{line:<{width}}  # {why}" if why else line for line, why in told)]
    )


def command(
    commands: Commands, name: str, purpose: str, examples: Examples, *, tables: bool
) -> argparse.ArgumentParser:
    """Add a command that works on a project.

    Args:
        commands: Where it is added.
        name: What a person types.
        purpose: One line for the help, lower case.
        examples: Shown under it.
        tables: Whether it touches tables, and so takes a warehouse and `--json`.
    """
    parser = plain_command(commands, name, purpose, examples)
    parser.add_argument(
        "--project",
        type=folder,
        metavar="DIR",
        help="folder that holds contracts/ (default: upwards from here)",
    )
    parser.add_argument("--debug", action="store_true", help="say more on stderr")
    if tables:
        parser.add_argument(
            "--warehouse",
            type=folder,
            metavar="DIR",
            help="where tables stand (default: ./warehouse)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return parser


def open_project(arguments: argparse.Namespace) -> Project:
    """Return the project that the arguments mean."""
    from spectra_gx.project import Project

    return _held(Project.open(arguments.project, getattr(arguments, "warehouse", None)), arguments)


def open_project_for(named: str, arguments: argparse.Namespace) -> Project:
    """Return the project for a contract that the arguments name, which may be a lone file."""
    from spectra_gx.project import Project

    warehouse = getattr(arguments, "warehouse", None)
    return _held(Project.open_for_contract(named, arguments.project, warehouse), arguments)


def _held(project: Project, arguments: argparse.Namespace) -> Project:
    from dataclasses import replace

    return replace(project, environment=getattr(arguments, "environment", None))


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Let a command hold a contract as it is held away from production."""
    parser.add_argument(
        "--environment", metavar="NAME", help="hold the contract as its `environments` say"
    )


def add_screen(parser: argparse.ArgumentParser) -> None:
    """Let a person choose how much of a result they read."""
    much = parser.add_mutually_exclusive_group()
    much.add_argument("-q", "--quiet", action="store_true", help="say nothing when it passes")
    much.add_argument(
        "-v", "--verbose", action="store_true", help="show every table, rule and sample"
    )


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Let a command replay what changed on stored tables."""
    parser.add_argument(
        "--replay",
        type=positive,
        metavar="N",
        default=0,
        help="judge the changed rules on the last N stored versions of their tables",
    )
    parser.add_argument(
        "--warehouse",
        type=folder,
        metavar="DIR",
        help="where those tables stand (default: ./warehouse)",
    )


def instant(text: str) -> datetime:
    """Read a point in time; one without a zone is UTC."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"`{text}` is no ISO 8601 time; write it as 2026-01-31T12:00:00Z"
        ) from None


def version(text: str) -> int:
    """Read a Delta version."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"`{text}` is no Delta version; they count from 0")
    return int(text)


def positive(text: str) -> int:
    """Read a count above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is no whole number above 0")
    return int(text)


def folder(text: str) -> str:
    """Read a folder's name."""
    if not text:
        raise argparse.ArgumentTypeError(
            "an empty name is no folder; leave the option out, or give one"
        )
    return text
