"""Output for terminals only: colours, lines cut to the width, live progress.

Rich does the drawing, and is imported only where somebody looks.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from spectra_gx.cli.output import escape_controls, in_environment, write
from spectra_gx.render.screen_lines import Line, Tone, plain_text, printable
from spectra_gx.store.addresses import is_store_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from spectra_gx.runner.events import Listener
    from spectra_gx.warehouse.warehouse import Warehouse

_STYLES = {
    Tone.PASSED: "green",
    Tone.FAILED: "bold red",
    Tone.ERRORED: "bold magenta",
    Tone.WARNING: "yellow",
    Tone.PLAIN: "",
    Tone.DETAIL: "dim",
}


def show(lines: Sequence[Line], environment: str | None = None) -> None:
    """Write a screen on stdout: in colour, and no wider than it, where that is a terminal.

    Commands of ours in it are about the environment, if one was named.
    """
    lines = [replace(line, text=in_environment(line.text, environment)) for line in lines]
    terminal = _is_terminal(sys.stdout)
    if not terminal and not os.environ.get("FORCE_COLOR"):
        write(plain_text(lines))
        return
    console = console_on(sys.stdout)
    if terminal:
        with suppress(OSError):  # some terminals know no size; rich has one for them
            console.width = os.get_terminal_size(sys.stdout.fileno()).columns or console.width
    for line in lines:
        _print(console, line, fit=terminal)


@contextmanager
def show_progress(*, hidden: bool) -> Iterator[Listener | None]:
    """Show progress on stderr during the `with` block; give None in CI or without a terminal."""
    if hidden or os.environ.get("CI") or not _is_terminal(sys.stderr):
        yield None
        return
    from spectra_gx.cli.live_progress import live

    with live(console_on(sys.stderr)) as progress:
        yield progress


def page_address(warehouse: Warehouse, page: str) -> str:
    """Return where a page of the data docs is, as a person here would write it.

    `page` is relative to the warehouse.
    """
    return warehouse.store.uri(page).removeprefix(f"{Path.cwd()}/")


def docs_address(warehouse: Warehouse, page: str) -> str:
    """Return where a page of the data docs is, and what shows it where no browser reads it."""
    shown = page_address(warehouse, page)
    return f"{shown} (`spectra-gx docs open`)" if is_store_address(shown) else shown


def runbook_address(warehouse: Warehouse) -> str:
    """Return where the runbook in the data docs is, and before that what writes them if need be."""
    from spectra_gx.errors import WarehouseError
    from spectra_gx.report.addresses import DOCS, RUNBOOK

    page = f"{DOCS}/{RUNBOOK}"
    shown = page_address(warehouse, page)
    try:
        is_written = warehouse.store.exists(page)
    except WarehouseError:
        is_written = True  # how a run ended must be shown even where its store fails by now
    return shown if is_written else f"`spectra-gx docs build`, {shown}"


def console_on(stream: TextIO) -> Console:
    """Return what draws on a stream; without colours where the environment wants none."""
    from rich.console import Console

    plain_wanted = bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        no_color=plain_wanted,
        color_system=None if plain_wanted else "auto",
    )


def _is_terminal(stream: TextIO) -> bool:
    """Return whether a person looks at a stream on a terminal that can do more than print."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _print(console: Console, line: Line, *, fit: bool) -> None:
    from rich.text import Text

    text = Text(escape_controls(printable(line.text)))
    text.stylize(_STYLES[line.tone], 0, line.toned)
    indents = [line.indent, line.indent + 2]
    parts = text.wrap(console, max(20, console.width - indents[1])) if fit else [text]
    for number, part in enumerate(parts):
        part.rstrip()
        console.print(Text(" " * indents[number > 0]) + part, soft_wrap=True)
