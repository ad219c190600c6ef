"""The command `spectra-gx completion SHELL`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import plain_command
from spectra_gx.cli.output import write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands

_STAGES = "ls contracts 2>/dev/null | grep contract.yaml | cut -d. -f1"
"""Run by the shell, in the project's folder: a command of ours would take a moment each time.

No quotes and no patterns: each shell reads those in its own way."""


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = plain_command(
        commands,
        "completion",
        "generate a shell completion script",
        {
            "completion bash >> ~/.bash_completion": "",
            'completion zsh > "${fpath[1]}/_spectra-gx"': "",
            "completion fish > ~/.config/fish/completions/spectra-gx.fish": "",
        },
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="shell to generate it for")


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    import shtab

    from spectra_gx.cli.parser import build_parser

    parser = build_parser()
    _complete_names(parser)
    write(shtab.complete(parser, arguments.shell))
    return 0


def _complete_names(parser: argparse.ArgumentParser) -> None:
    """Let shells complete stages, files and folders where a command takes some."""
    import shtab

    kinds = {
        "STAGE": shtab.cmd(_STAGES),
        "CONTRACT": shtab.cmd(f"{_STAGES}; ls | grep yaml"),
        "FILE": shtab.FILE,
        "PATH": shtab.FILE,
        "DIR": shtab.DIRECTORY,
    }

    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to list the actions of a parser
        if isinstance(action.choices, dict):
            action.help = None  # what help leaves out, shtab does too
            for command in action.choices.values():
                _complete_names(command)
        elif action.metavar in kinds:
            action.complete = kinds[str(action.metavar)]  # type: ignore[attr-defined]
