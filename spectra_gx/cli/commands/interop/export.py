"""The command `spectra-gx export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project
from spectra_gx.cli.interop_output import add_output, write_conversion

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


FORMATS = ("odcs", "jsonschema", "markdown", "ddl", "dbt", "soda")
"""Those of `spectra_gx.interop.exporters`, which the help does not import."""


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "export a contract as ODCS, JSON Schema, Markdown, SQL DDL, dbt or Soda"
    export = command(
        commands,
        "export",
        purpose,
        {
            "export odcs source -o source.odcs.yaml": "",
            "export markdown source": "for people",
            "export ddl source": "",
            "export dbt source -o models/schema.yml": "data tests",
        },
        tables=False,
    )
    export.add_argument(
        "form",
        metavar=f"{{{','.join(FORMATS)}}}",
        choices=FORMATS,
        help="output format",
    )
    export.add_argument("contract", metavar="CONTRACT", help="a stage or a contract file")
    add_output(export)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.interop.exporters import EXPORTS

    contract = open_project(arguments, arguments.contract).declared_contract(arguments.contract)
    write_conversion(EXPORTS[arguments.form](contract), arguments.output)
    return 0
