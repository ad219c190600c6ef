"""The command `spectra-gx import`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_debug, plain_command
from spectra_gx.cli.interop_output import add_output, read_source, write_import

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


FORMATS = (
    *("odcs", "datacontract", "gx", "pandera", "pointblank", "jsonschema", "avro"),
    *("dbt", "soda", "ddl"),
)
"""Those of `spectra_gx.interop.importers`, which the help does not import."""


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = plain_command(
        commands,
        "import",
        "create a contract from files of other tools",
        {
            "import odcs orders.odcs.yaml -o contracts/orders.contract.yaml": "",
            "import gx orders.json customers.json": "suites, to stdout",
            "import dbt target/manifest.json": "or property files, schema.yml",
            "import ddl tables.sql --dialect postgres": "CREATE TABLE statements",
        },
    )
    parser.add_argument(
        "form",
        metavar="FORMAT",
        choices=FORMATS,
        help=f"of the files: {', '.join(FORMATS)}",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="one file of ODCS or the Data Contract Specification, several of any other format",
    )
    parser.add_argument(
        "--dialect",
        metavar="NAME",
        help="SQL of dbt, soda and ddl files, such as postgres (default: what most have in common)",
    )
    add_output(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    add_debug(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    sources = {file: read_source(file) for file in arguments.files}
    from spectra_gx.interop.importers import import_files

    conversion = import_files(arguments.form, sources, arguments.dialect)
    write_import(conversion, arguments.output, as_json=arguments.json)
    return 0
