"""Write data to stdout once, and everything else to stderr.

What is written quotes contracts, tables and names of files, which strangers may have chosen. A job
of CI reads commands out of what it prints, and a terminal moves by it: neither finds any here.
"""

from __future__ import annotations

import re
import shlex
import sys

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
_MOVES = re.compile(f"[{_CONTROLS}]")
_COMMANDS = re.compile(r"(?m)^[^\S\n]*:(?=:)|#(?=#(?:\[|vso\[))")
"""A runner takes a line that begins with `::`, and `##[` and `##vso[` anywhere."""

_ABOUT_TABLES = re.compile(
    r"(`spectra-gx (?:run|check|log|docs|quarantine|rollback|handoff|notify|maintain|erase|backup|"
    r"restore|init|doctor)\b[^`\n]*)`"
)
"""A command, in backticks, of those that take `--environment`."""


def write(text: str, *, commands: bool = False) -> None:
    """Write the result to stdout.

    `commands` is true for workflow commands of our own.
    """
    sys.stdout.write((_without_moves(text) if commands else escape_controls(text)) + "\n")


def report(text: str) -> None:
    """Write a remark for people to stderr."""
    sys.stderr.write(escape_controls(text) + "\n")


def escape_controls(text: str) -> str:
    """Return a text that neither moves a terminal nor commands a CI job.

    Such characters are written as JSON escapes, so that JSON stays the same.
    """
    return _COMMANDS.sub(_escape, _without_moves(text))


def in_environment(text: str, environment: str | None) -> str:
    """Return a text whose commands of ours are about an environment, if one was named.

    What a command says to type next is about the same tables as the command itself.
    """
    if environment is None:
        return text
    option = f" --environment {shlex.quote(environment)}"

    def named(found: re.Match[str]) -> str:
        return found[0] if " --environment" in found[0] else f"{found[1]}{option}`"

    return _ABOUT_TABLES.sub(named, text)


def _without_moves(text: str) -> str:
    return _MOVES.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    before, letter = found[0][:-1], found[0][-1]
    return f"{before}\\u{ord(letter):04x}"
