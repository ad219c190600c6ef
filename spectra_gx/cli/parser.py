"""The parser of the command line; it imports nothing heavy."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from spectra_gx.cli.arguments import EXIT_CODES
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_CARE = "take care"
_INTEROP = "import and export"
_SERVING = ("serve", "mcp")

GROUPS: Mapping[str, tuple[str, ...]] = {
    "run and check": ("run", "check", *_SERVING),
    "inspect results": ("log", "docs", "quarantine", "rollback", "handoff", "notify"),
    _CARE: ("maintain", "erase", "backup", "restore"),
    "write contracts": ("init", "lint", "fmt", "compile", "generate"),
    "review changes": ("diff", "review"),
    _INTEROP: ("import", "export"),
    "set up": ("new", "doctor", "sandbox", "completion"),
}
"""The help, in the order of a day; each command is a module of `commands`."""

COMMANDS = tuple(name for names in GROUPS.values() for name in names)


class Parser(argparse.ArgumentParser):
    """A parser that suggests a known command or option for an unknown one."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse all there is; what is unknown ends the command with a hint."""
        parsed, unknown = super().parse_known_args(args, namespace)
        if unknown:
            known = self._option_string_actions
            self.refuse(f"unrecognized arguments: {' '.join(unknown)}", unknown[0], known)
        return parsed, unknown

    def refuse(self, message: str, word: str, known: Iterable[str]) -> NoReturn:
        """End the command; name the known word that is meant, if one is like it."""
        from spectra_gx.contract.excerpts import did_you_mean

        self.error(f"{message}{did_you_mean(word.partition('=')[0], known)}")

    def error(self, message: str) -> NoReturn:
        """End the command with one sentence; the usage of some is longer than a screen."""
        self.exit(2, f"error: {message}\nhint: see `{self.prog} --help`\n")


def build_parser(first: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of every command.

    When `first`, the first word of the command line, is a command, the others are not imported.
    """
    parser = Parser(
        prog="spectra-gx",
        usage="spectra-gx [-h] [--version] COMMAND ...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"spectra-gx {__version__}")
    parser.set_defaults(
        **dict.fromkeys(("json", "debug", "quiet"), False),
        **dict.fromkeys(("project", "warehouse", "environment")),
    )
    if first is not None and not first.startswith("-") and first not in COMMANDS:
        parser.refuse(f"there is no command '{first}'", first, COMMANDS)
    # The commands are in the description, by groups, which argparse cannot do.
    commands = parser.add_subparsers(
        prog=parser.prog,
        dest="command",
        metavar="COMMAND",
        required=True,
        help=argparse.SUPPRESS,
    )
    for name in (first,) if first in COMMANDS else COMMANDS:
        module = import_module(f"spectra_gx.cli.commands.{_module(name)}")
        module.add(commands)
        commands.choices[name].set_defaults(execute=module.execute)
    parser.description = _described(commands.choices)
    parser.epilog = f"`spectra-gx COMMAND --help` shows its options and examples\n\n{EXIT_CODES}"
    return parser


def _module(name: str) -> str:
    """Return the module of a command, below `commands`."""
    if name in GROUPS[_CARE]:
        return f"care.{name}"
    if name in _SERVING:
        return f"serving.{name}"
    if name in GROUPS[_INTEROP]:
        return "interop.import_" if name == "import" else f"interop.{name}"
    return name


def _described(parsers: Mapping[str, argparse.ArgumentParser]) -> str:
    """Return what this is, and the commands that are known, by groups."""
    lines = ["Data contracts that are really checked."]
    for title, names in GROUPS.items():
        known = [name for name in names if name in parsers]
        lines += ["", f"{title}:"] if known else []
        lines += [f"  {name:<11} {_purpose(parsers[name])}" for name in known]
    return "\n".join(lines)


def _purpose(parser: argparse.ArgumentParser) -> str:
    first = (parser.description or "").split(". ")[0].rstrip(".")
    return first[:1].lower() + first[1:]
