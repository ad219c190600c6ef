"""The command `spectra-gx init TABLE…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, folder, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.project import Project


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    init = command(
        commands,
        "init",
        "write a contract from tables that exist",
        {
            "init sales.orders sales.customers -o contracts/sales.contract.yaml": "",
            "init orders.csv --stage sales": "of a file, to stdout",
        },
        tables=False,
    )
    init.add_argument(
        "tables",
        nargs="+",
        metavar="TABLE",
        help="schema.table of the warehouse, a Delta folder, or Parquet or CSV files",
    )
    init.add_argument(
        "--warehouse",
        type=folder,
        metavar="DIR",
        help="where tables stand (default: ./warehouse)",
    )
    init.add_argument(
        "--stage", metavar="NAME", help="the contract's stage (default: the first schema)"
    )
    init.add_argument(
        "-o", "--output", metavar="FILE", help="a file that is not there yet (default: stdout)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    text = _project(arguments).init(arguments.tables, stage=arguments.stage)
    if arguments.output is None:
        write(text.rstrip("\n"))
        return 0
    _create(arguments.output, text)
    report(f"`{arguments.output}` written; read it, and name its owner")
    return 0


def _project(arguments: argparse.Namespace) -> Project:
    """Return the project; this folder serves where none is, for the first contract makes one."""
    from pathlib import Path

    from spectra_gx.errors import UsageError
    from spectra_gx.project import Project

    try:
        return open_project(arguments)
    except UsageError:
        if arguments.project is not None:
            raise
        return Project(Path.cwd(), arguments.warehouse)


def _create(name: str, text: str) -> None:
    from pathlib import Path

    from spectra_gx.errors import UsageError

    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(
            f"`{name}` exists and is left as it is; name another file, or remove it"
        ) from None
    except OSError as error:
        raise UsageError(
            f"`{name}` cannot be written: {error.strerror or error}; name another file"
        ) from None
