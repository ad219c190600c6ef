"""The command line itself: its help, its examples, its hints, and what shells complete."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from spectra_gx.cli.parser import COMMANDS, GROUPS, build_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from parsers(command)


ALL = [*parsers(build_parser())][1:]


@pytest.mark.parametrize("parser", ALL, ids=lambda parser: parser.prog)
def test_every_example_parses(parser):
    assert parser.epilog is not None
    examples = re.findall(r"^  spectra-gx (.+)$", parser.epilog, re.MULTILINE)
    assert examples
    for example in examples:
        words = shlex.split(example.partition("  #")[0])
        typed = words[: next((n for n, word in enumerate(words) if ">" in word), len(words))]
        assert parser.prog in f"spectra-gx {' '.join(typed)}"
        assert build_parser(typed[0]).parse_args(typed).command == typed[0]


def test_help_fits_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    wide = [line for one in ALL for line in one.format_help().splitlines() if len(line) > 90]
    assert wide == []


def test_help_names_every_command_in_its_group():
    shown = build_parser().format_help()
    for title, names in GROUPS.items():
        assert f"\n{title}:\n" in shown
        assert all(re.search(rf"^  {name} +[a-z]", shown, re.MULTILINE) for name in names)
    assert len(set(COMMANDS)) == len(COMMANDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("rnu", "source"), "there is no command 'rnu' — did you mean 'run'?"),
        (("chek",), "did you mean 'check'?"),
        (("run", "source", "--sandbxo"), "did you mean '--sandbox'?"),
        (("run", "source", "--fualt=html"), "did you mean '--fault'?"),
        (("quarantine", "show", "t", "--rlue", "x"), "did you mean '--rule'?"),
        (("check", "sorce"), "did you mean 'source'?"),
        (("check", "source", "--table", "source.confg"), "did you mean 'source.config'?"),
    ],
    ids=" ".join,
)
def test_a_slip_is_told_what_was_meant(typed, meant, project, monkeypatch, command):
    monkeypatch.chdir(project)
    ended = command(*typed)
    assert (ended.code, ended.out) == (2, "")
    assert meant in ended.err
    assert len(ended.err.splitlines()) <= 2


def test_what_is_like_nothing_gets_no_guess(command):
    ended = command("xyzzy")
    assert (ended.code, ended.err) == (
        2,
        "error: there is no command 'xyzzy'\nhint: see `spectra-gx --help`\n",
    )


# -- completion ------------------------------------------------------------------------------------

_TRY = """
source /dev/stdin
shift 0
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
complete=$(complete -p spectra-gx | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$complete" spectra-gx "${COMP_WORDS[$COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("ru",), {"run"}),
        (("run", "so"), {"source"}),
        (("run", "source", "--sa"), {"--sandbox", "--sandbox-day"}),
        (("check", ""), {"source", "prepare"}),
        (("quarantine", ""), {"list", "show", "release"}),
        (("lint", "--format", ""), {"text", "json", "github", "sarif"}),
    ],
    ids=lambda part: " ".join(sorted(part)) if isinstance(part, set) else " ".join(part),
)
def test_bash_completes(typed, offered, empty_project, command):
    script = command("completion", "bash").out
    ended = subprocess.run(
        ["bash", "-c", _TRY, "bash", "spectra-gx", *typed],
        input=script,
        cwd=empty_project,
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(ended.stdout.split()) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_knows_every_command(shell, command):
    ended = command("completion", shell)
    assert ended.code == 0
    assert all(re.search(rf"\b{name}\b", ended.out) for name in COMMANDS)
    assert command("completion", "csh").code == 2
