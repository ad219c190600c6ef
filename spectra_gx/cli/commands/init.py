"""The command `spectra-gx init TABLE…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_warehouse, command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.project.contract_updates import ContractUpdate


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    init = command(
        commands,
        "init",
        "create a contract from existing tables",
        {
            "init sales.orders sales.customers -o contracts/sales.contract.yaml": "",
            "init orders.csv --stage sales": "from a file, to stdout",
            "init exports/ --stage sales": "from all tables in a folder",
            "init s3://partner/orders --credentials partner": "from an object store",
            "init duckdb:shop.duckdb --stage sales": "from all tables in a database",
            "init --update sales": "add what is new to a contract",
        },
        tables=False,
    )
    init.add_argument(
        "tables",
        nargs="*",
        metavar="TABLE",
        help="schema.table of the warehouse, or the path or address of a Delta or Iceberg folder, "
        "of Parquet, CSV or JSON lines files, of a folder of tables, or of a database",
    )
    add_warehouse(init)
    init.add_argument(
        "--stage", metavar="NAME", help="the contract's stage (default: the first schema)"
    )
    init.add_argument(
        "--credentials",
        metavar="NAME",
        help="what opens addresses outside of the warehouse (default: the usual settings)",
    )
    init.add_argument(
        "--update",
        metavar="CONTRACT",
        help="add new columns, tables and values to the file of this stage, or to this file",
    )
    init.add_argument("-o", "--output", metavar="FILE", help="file to create (default: stdout)")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    if arguments.update is not None:
        return _update(arguments)
    if not arguments.tables:
        from spectra_gx.errors import UsageError

        raise UsageError(
            "name the tables to write a contract of, such as `sales.orders` or `exports/`"
        )
    text = open_project(arguments, or_here=True).init(
        arguments.tables, stage=arguments.stage, credentials=arguments.credentials
    )
    if arguments.output is None:
        write(text.rstrip("\n"))
        return 0
    _create(arguments.output, text)
    report(f"`{arguments.output}` written; review it and name the owner")
    return 0


def _update(arguments: argparse.Namespace) -> int:
    from spectra_gx.errors import UsageError

    for option, given in (("stage", arguments.stage), ("output", arguments.output)):
        if given is not None:
            raise UsageError(f"`--{option}` is for a new contract; leave it out with `--update`")
    project = open_project(arguments, arguments.update)
    update = project.update(arguments.update, arguments.tables, credentials=arguments.credentials)
    write("\n".join(_update_lines(update)))
    return 0


def _update_lines(update: ContractUpdate) -> Iterator[str]:
    """Yield what was added, what has to be added by hand, and what the data contradicts."""
    if not update.added and not update.by_hand:
        yield f"`{update.file}`: nothing is new"
    yield from (f"added {one}" for one in update.added)
    yield from (f"by hand: {one}" for one in update.by_hand)
    yield from (f"left out: `{path}` {why}" for path, why in update.left_out.items())
    rules = [*update.check.rules, *(rule for one in update.check.tables for rule in one.rules)]
    for rule in rules:
        if rule.status != "passed":
            yield f"contradicted: {rule.id}: {rule.message}"


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
            f"`{name}` already exists and was not changed; choose another file or remove it"
        ) from None
    except OSError as error:
        raise UsageError(
            f"`{name}` cannot be written: {error.strerror or error}; name another file"
        ) from None
