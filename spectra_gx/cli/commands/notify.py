"""The command `spectra-gx notify digest|test`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, open_project, plain_command
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    from datetime import timedelta

    from spectra_gx.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = {
        "notify digest": "one message about the last 24 hours",
        "notify digest source --since 7d": "about one stage, and a week",
        "notify test": "does every webhook work?",
    }
    notify = plain_command(commands, "notify", "tell people how stages are", examples)
    actions = notify.add_subparsers(dest="action", metavar="ACTION", required=True)
    digest = command(
        actions,
        "digest",
        "tell in one message what became of stages",
        {"notify digest": "", "notify digest source --since 7d": "of one stage"},
        tables=True,
    )
    digest.add_argument("stages", metavar="STAGE", nargs="*", help="only these stages")
    digest.add_argument(
        "--since",
        type=_length_of_time,
        metavar="DURATION",
        default="24h",
        help="how far to look back (default: 24h)",
    )
    command(
        actions,
        "test",
        "send a test message to every webhook that is set",
        {"notify test": ""},
        tables=True,
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    return {"digest": _digest, "test": _test}[arguments.action](arguments)


def _digest(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import notification_output, result_json

    told = open_project(arguments).send_digest(arguments.stages, since=arguments.since)
    if arguments.json:
        write(result_json.dumps(notification_output.digest_json(told.digest, told.notification)))
    else:
        write(f"{told.words.title}\n{told.words.body}\nnotification: {told.notification}")
    return 0 if told.notification == "sent" else 3


def _test(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import notification_output, result_json

    tried = open_project(arguments).test_webhooks()
    if arguments.json:
        write(result_json.dumps(notification_output.webhook_results_json(tried)))
    else:
        write(notification_output.webhook_results_text(tried))
    return 0 if all(one.outcome == "sent" for one in tried) else 3


def _length_of_time(text: str) -> timedelta:
    from spectra_gx.contract.durations import read_duration

    try:
        return read_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
