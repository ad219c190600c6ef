"""The command `spectra-gx import`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_debug, plain_command
from spectra_gx.cli.interop_output import add_output, read_source, write_conversion

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = plain_command(
        commands,
        "import",
        "create a contract from an ODCS file or GX suites",
        {
            "import odcs orders.odcs.yaml -o contracts/orders.contract.yaml": "",
            "import gx orders.json customers.json": "suites, to stdout",
        },
    )
    parser.add_argument(
        "form", metavar="{odcs,gx}", choices=("odcs", "gx"), help="format of the files"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="one ODCS file, or GX suites")
    add_output(parser)
    add_debug(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.errors import UsageError

    sources = {file: read_source(file) for file in arguments.files}
    if arguments.form == "gx":
        from spectra_gx.interop.gx.suite_import import import_suites

        write_conversion(import_suites(sources), arguments.output)
        return 0
    if len(sources) > 1:
        raise UsageError("an ODCS file is a contract of its own; import one at a time")
    from spectra_gx.interop.odcs.odcs_import import import_odcs

    ((file, source),) = sources.items()
    write_conversion(import_odcs(source, file), arguments.output)
    return 0
