"""The command `spectra-gx generate STAGE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import (
    command,
    environment,
    folder,
    instant,
    open_project,
    positive,
)
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    generate = command(
        commands,
        "generate",
        "generate tables that keep a contract, or break named rules of it",
        {
            "generate shop": "into ./generated",
            "generate shop --rows 100000 --seed 7 --to /data/test": "",
            "generate shop --break shop.orders.total.min=1%": "1 row in 100 breaks it",
        },
        tables=False,
    )
    generate.add_argument(
        "contract",
        nargs="?",
        metavar="STAGE",
        help="a stage's name or a contract file (default: the project's only stage)",
    )
    generate.add_argument(
        "--rows",
        type=positive,
        default=1000,
        metavar="N",
        help="rows of each table, as far as its rules allow (default: 1000)",
    )
    generate.add_argument(
        "--seed",
        type=_seed,
        default=0,
        metavar="S",
        help="another seed gives other values, the same one the same (default: 0)",
    )
    generate.add_argument(
        "--break",
        dest="breaks",
        action="append",
        default=[],
        metavar="RULE=1%",
        help="break this rule in a share of the rows that it is about, or in so many, `=10`; "
        "a rule about whole tables takes none; may be repeated",
    )
    generate.add_argument(
        "--to",
        type=folder,
        metavar="PLACE",
        help="an empty folder, or an address of an object store (default: ./generated)",
    )
    generate.add_argument(
        "--as-of",
        type=instant,
        metavar="TIME",
        help="the clock of rules about time, ISO 8601 (default: now)",
    )
    generate.add_argument(
        "--environment",
        type=environment,
        metavar="NAME",
        help="use the overrides of this environment of the contract",
    )
    generate.add_argument("--json", action="store_true", help="print one JSON object on stdout")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from dataclasses import replace

    from spectra_gx.cli.terminal import show, show_progress
    from spectra_gx.render import result_json
    from spectra_gx.render.generation_output import generation_screen

    with show_progress(hidden=arguments.json) as progress:
        project = replace(open_project(arguments, arguments.contract), progress=progress)
        result = project.generate(
            arguments.contract or project.only_stage(),
            rows=arguments.rows,
            seed=arguments.seed,
            to=arguments.to,
            as_of=arguments.as_of,
            breaks=arguments.breaks,
        )
    if arguments.json:
        write(result_json.dumps(result.to_dict()))
    else:
        show(generation_screen(result))
    return result.exit_code


def _seed(text: str) -> int:
    """Parse a seed."""
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"`{text}` is not a whole number from 0 on")
    return int(text)
