"""The command `spectra-gx backup FOLDER`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_credentials, command, folder, open_project
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "back up activity logs"
    examples = {
        "backup ../backups": "the logs of all stages",
        "backup s3://bucket/backups shop": "of one, to an object store",
    }
    backup = command(commands, "backup", purpose, examples, tables=True)
    backup.add_argument("folder", metavar="FOLDER", type=folder, help="a folder or an address")
    backup.add_argument("stages", nargs="*", metavar="STAGE", help="default: all of the project")
    add_credentials(backup)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json
    from spectra_gx.render.care import log_backup_output

    backups = open_project(arguments).back_up_log(
        arguments.folder, arguments.stages, credentials=arguments.credentials
    )
    write(
        result_json.dumps(log_backup_output.backups_json(backups))
        if arguments.json
        else log_backup_output.backups_text(backups)
    )
    return 0
