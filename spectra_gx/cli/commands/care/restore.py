"""The command `spectra-gx restore FOLDER`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import (
    add_apply,
    add_credentials,
    add_wait,
    command,
    folder,
    open_project,
)
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    purpose = "restore activity logs from a backup"
    examples = {
        "restore ../backups": "which runs are missing",
        "restore ../backups --apply": "add them",
    }
    restore = command(commands, "restore", purpose, examples, tables=True)
    restore.add_argument(
        "folder", metavar="FOLDER", type=folder, help="the folder or address of `backup`"
    )
    restore.add_argument(
        "stages", nargs="*", metavar="STAGE", help="default: all that the backup has"
    )
    add_credentials(restore)
    add_apply(restore)
    add_wait(restore)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render import result_json
    from spectra_gx.render.care import log_backup_output

    restored = open_project(arguments).restore_log(
        arguments.folder,
        arguments.stages,
        credentials=arguments.credentials,
        apply=arguments.apply,
        wait=arguments.wait,
    )
    write(
        result_json.dumps(log_backup_output.restored_json(restored, applied=arguments.apply))
        if arguments.json
        else log_backup_output.restored_text(restored, applied=arguments.apply)
    )
    return 0
