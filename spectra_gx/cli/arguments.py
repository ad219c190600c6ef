"""Options that several commands share, and the types of their values."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.project import Project

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names this type no other way

EXIT_CODES = """\
exit codes:
  0  everything passes
  1  the data violates a contract
  2  the contract or the command line is invalid
  3  the run failed, or a rule could not be evaluated"""

_EXAMPLE_WIDTH = 54

Examples: TypeAlias = "Mapping[str, str]"
"""A command line without the program's name → a remark; empty where none is needed."""


def plain_command(
    commands: Commands, name: str, purpose: str, examples: Examples
) -> argparse.ArgumentParser:
    """Add a command that needs no project.

    `purpose` is a line for the help in lower case; `examples` are shown under it.
    """
    return commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=f"{_examples_text(examples)}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _examples_text(examples: Examples) -> str:
    lines = [f"  spectra-gx {typed}" for typed in examples]
    # Beside the longest of those that leave room; a column for all would be too wide.
    width = max((len(line) for line in lines if len(line) <= _EXAMPLE_WIDTH), default=0)
    remarked = zip(lines, examples.values(), strict=True)
    return "\n".join(
        ["examples:", *(f"{line:<{width}}  # {why}" if why else line for line, why in remarked)]
    )


def command(
    commands: Commands, name: str, purpose: str, examples: Examples, *, tables: bool
) -> argparse.ArgumentParser:
    """Add a command that works on a project.

    `purpose` and `examples` are as for `plain_command`; one that touches `tables` takes a
    warehouse and `--json`.
    """
    parser = plain_command(commands, name, purpose, examples)
    parser.add_argument(
        "--project",
        type=folder,
        metavar="DIR",
        help="folder that contains contracts/ (default: upwards from here)",
    )
    add_debug(parser)
    if tables:
        add_warehouse(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    return parser


def open_project(
    arguments: argparse.Namespace, contract: str | None = None, *, or_here: bool = False
) -> Project:
    """Return the project that the arguments name, or the nearest upwards from here.

    Args:
        arguments: What was parsed.
        contract: A contract that the command is about; a file of one needs no project.
        or_here: Whether this folder serves where no project is found.

    Raises:
        UsageError: There is none.
    """
    from pathlib import Path

    from spectra_gx.errors import UsageError
    from spectra_gx.project import Project

    folder, warehouse, named = arguments.project, arguments.warehouse, arguments.environment
    try:
        if contract is None:
            return Project.open(folder, warehouse, environment=named)
        return Project.open_for_contract(contract, folder, warehouse, environment=named)
    except UsageError:
        if folder is not None or not or_here:
            raise
        return Project(Path.cwd(), warehouse, environment=named)


def add_stage(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the stage that a command is about; without it, it is the project's only one."""
    parser.add_argument(
        "stage", nargs="?", metavar="STAGE", help=f"{what} (default: the project's only one)"
    )


def add_debug(parser: argparse.ArgumentParser) -> None:
    """Add the option that makes our log complete."""
    parser.add_argument("--debug", action="store_true", help="enable debug logging")


def add_warehouse(parser: argparse.ArgumentParser) -> None:
    """Add the options that name where the tables are."""
    parser.add_argument(
        "--warehouse",
        type=folder,
        metavar="DIR",
        help="where tables are, a folder or an address (default: ./warehouse)",
    )
    parser.add_argument(
        "--environment",
        type=environment,
        metavar="NAME",
        help="use the settings of this environment, and the overrides of contracts",
    )


def add_credentials(parser: argparse.ArgumentParser) -> None:
    """Add the option for what opens an address beside the warehouse."""
    parser.add_argument(
        "--credentials",
        metavar="NAME",
        help="what opens the address, as pyproject.toml declares it (default: the settings)",
    )


def add_apply(parser: argparse.ArgumentParser) -> None:
    """Add the option without which a command changes nothing."""
    parser.add_argument("--apply", action="store_true", help="do it (default: only show it)")


def add_wait(parser: argparse.ArgumentParser) -> None:
    """Add the option for how long to wait for runs of the same stage."""
    parser.add_argument(
        "--wait",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long to wait for a run of the stage (default: 60)",
    )


def add_screen(parser: argparse.ArgumentParser) -> None:
    """Add the options for how much of a result is shown."""
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("-q", "--quiet", action="store_true", help="print nothing when it passes")
    amount.add_argument(
        "-v", "--verbose", action="store_true", help="show every table, rule and sample"
    )


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Add the options that replay changed rules on stored tables."""
    parser.add_argument(
        "--replay",
        type=positive,
        metavar="N",
        default=0,
        help="check the changed rules on the last N stored versions of their tables",
    )
    add_warehouse(parser)


def instant(text: str) -> datetime:
    """Parse a point in time; one without a zone is UTC."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"`{text}` is not an ISO 8601 time; write it as 2026-01-31T12:00:00Z"
        ) from None


def day(text: str) -> date:
    """Parse a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is not a day; write it as 2026-01-31") from None


def version(text: str) -> int:
    """Parse a Delta version, or the id of an Iceberg snapshot."""
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"`{text}` is not a Delta version; they count from 0")
    return int(text)


def positive(text: str) -> int:
    """Parse a count above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is not a whole number above 0")
    return int(text)


def environment(text: str) -> str:
    """Parse the name of an environment; what a variable of a job left empty is none."""
    if not text:
        raise argparse.ArgumentTypeError(
            "an empty name is not an environment; leave the option out, or give one"
        )
    return text


def folder(text: str) -> str:
    """Parse a folder's name."""
    if not text:
        raise argparse.ArgumentTypeError(
            "an empty name is not a folder; leave the option out, or give one"
        )
    return text
