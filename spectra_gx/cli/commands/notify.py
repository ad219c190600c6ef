"""The command `spectra-gx notify digest|test|ack|mute|unmute|muted`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import command, day, open_project, plain_command
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.runner.alerts.silences import Mute


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    examples = {
        "notify digest": "summarise the last 24 hours",
        "notify digest source --since 7d": "one stage, the last week",
        "notify test": "check that every webhook works",
        "notify ack source": "somebody is on it",
        'notify mute source --until 2026-12-05 --reason "moving the source"': "",
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
    _add_silencing(actions)


def _add_silencing(actions: Commands) -> None:
    """Add the actions that silence messages, and end that."""
    _add_names(
        command(
            actions,
            "ack",
            "acknowledge a failure: no further message until it gets worse or is over",
            {"notify ack shop": "all that failed", "notify ack shop shop.orders": "one table"},
            tables=True,
        )
    )
    mute = command(
        actions,
        "mute",
        "send no messages about a stage, tables or rules until a day is over",
        {'notify mute shop shop.orders --until 2026-12-05 --reason "feed is late"': ""},
        tables=True,
    )
    _add_names(mute)
    mute.add_argument("--until", type=day, metavar="DAY", required=True, help="the last day, UTC")
    mute.add_argument(
        "--reason", metavar="TEXT", required=True, help="why; messages and pages show it"
    )
    _add_names(
        command(
            actions,
            "unmute",
            "end mutes before their day",
            {"notify unmute shop": "all of the stage", "notify unmute shop shop.orders": ""},
            tables=True,
        )
    )
    muted = command(
        actions,
        "muted",
        "list what is muted and acknowledged",
        {"notify muted": ""},
        tables=True,
    )
    muted.add_argument("stage", nargs="?", metavar="STAGE", help="only this stage")


def _add_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stage", metavar="STAGE", help="the stage")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="TABLE|RULE",
        help="only these tables and rules (default: the whole stage)",
    )
    parser.add_argument("--by", metavar="NAME", help="who says so, for the log (default: nobody)")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    actions = {
        "digest": _digest,
        "test": _test,
        "ack": _acknowledge,
        "mute": _mute,
        "unmute": _unmute,
        "muted": _muted,
    }
    return actions[arguments.action](arguments)


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


def _acknowledge(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import result_json

    project = open_project(arguments)
    found = project.acknowledge(arguments.stage, arguments.names, by=arguments.by)
    write(result_json.dumps(found.to_dict()) if arguments.json else found.line)
    return 0


def _mute(arguments: argparse.Namespace) -> int:
    mutes = open_project(arguments).mute(
        arguments.stage,
        arguments.names,
        until=arguments.until,
        reason=arguments.reason,
        by=arguments.by,
    )
    _write_mutes(mutes, arguments)
    return 0


def _unmute(arguments: argparse.Namespace) -> int:
    project = open_project(arguments)
    ended = project.unmute(arguments.stage, arguments.names, by=arguments.by)
    _write_mutes(ended, arguments, "no longer: ")
    return 0


def _write_mutes(mutes: Sequence[Mute], arguments: argparse.Namespace, before: str = "") -> None:
    from spectra_gx.render import result_json

    if arguments.json:
        write(result_json.dumps([mute.to_dict() for mute in mutes]))
        return
    for mute in mutes:
        write(f"{before}{mute.line}")


def _muted(arguments: argparse.Namespace) -> int:
    from spectra_gx.render import result_json

    project = open_project(arguments)
    mutes, known = project.muted(arguments.stage), project.acknowledged(arguments.stage)
    if arguments.json:
        found = {"muted": mutes, "acknowledged": known}
        write(result_json.dumps({key: [one.to_dict() for one in found[key]] for key in found}))
        return 0
    lines = [*(mute.line for mute in mutes), *(one.line for one in known)]
    write("\n".join(lines) or "nothing is muted or acknowledged")
    return 0


def _duration(text: str) -> timedelta:
    from spectra_gx.contract.durations import read_duration

    try:
        return read_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
