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
        "notify digest": "summarise the last 24 hours",
        "notify digest source --since 7d": "one stage, the last week",
        "notify test": "check that every webhook works",
    }
    notify = plain_command(commands, "notify", "send stage notifications", examples)
    actions = notify.add_subparsers(dest="action", metavar="ACTION", required=True)
    digest = command(
        actions,
        "digest",
        "send one message that summarises recent runs",
        {"notify digest": "", "notify digest source --since 7d": "one stage"},
        tables=True,
    )
    digest.add_argument("stages", metavar="STAGE", nargs="*", help="only these stages")
    digest.add_argument(
        "--since",
        type=_duration,
        metavar="DURATION",
        default="24h",
        help="how far to look back (default: 24h)",
    )
    command(
        actions,
        "test",
        "send a test message to every configured webhook",
        {"notify test": ""},
        tables=True,
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    return {"digest": _digest, "test": _test}[arguments.action](arguments)


def _digest(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import result_json

    sent = open_project(arguments).send_digest(arguments.stages, since=arguments.since)
    if arguments.json:
        write(result_json.dumps(sent.to_dict()))
    else:
        write(f"{sent.words.title}\n{sent.words.body}\nnotification: {sent.notification}")
    return 0 if sent.notification == "sent" else 3


def _test(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import result_json

    results = open_project(arguments).test_webhooks()
    if arguments.json:
        write(result_json.dumps([one.to_dict() for one in results]))
    else:
        for one in results:
            write(f"{'✓' if one.outcome == 'sent' else '✗'} {one.line}")
    return 0 if all(one.outcome == "sent" for one in results) else 3


def _duration(text: str) -> timedelta:
    from spectra_gx.contract.durations import read_duration

    try:
        return read_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
