"""The data docs' first page: every stage's newest runs, and the page of each table they judged."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from spectra_gx.report.offline import POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """A table as one run judged it."""

    stage: str
    run: str
    """Execution id."""

    when: datetime
    table: str
    verdict: str
    rules: str
    """Rules that passed, of all."""

    page: str | None
    """Relative to the index; None where the page has been dropped or never was."""


def index_html(entries: Sequence[Entry], stylesheet: str) -> str:
    """Return the page; entries come newest first within each stage."""
    return "\n".join(_index(entries, stylesheet)) + "\n"


def _index(entries: Sequence[Entry], stylesheet: str) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield POLICY
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<title>Data docs</title><link rel="stylesheet" href="{escape(stylesheet)}"></head>'
    yield "<body><h1>Data docs</h1>"
    for stage, of_stage in groupby(entries, key=lambda entry: entry.stage):
        yield f"<h2>{escape(stage)}</h2>"
        yield "<table><thead><tr><th>Run</th><th>Table</th><th>Verdict</th><th>Rules passed</th>"
        yield "</tr></thead><tbody>"
        for (run, when), tables in groupby(of_stage, key=lambda entry: (entry.run, entry.when)):
            label = f"{when:%Y-%m-%d %H:%M:%S} UTC<br><small>{escape(run)}</small>"
            for entry in tables:
                yield _row(entry, label)
                label = ""
        yield "</tbody></table>"
    yield "</body></html>"


def _row(entry: Entry, label: str) -> str:
    name = escape(entry.table)
    table = f'<a href="{escape(entry.page)}">{name}</a>' if entry.page else name
    return (
        f'<tr><td>{label}</td><td>{table}</td><td class="{escape(entry.verdict)}">'
        f"{escape(entry.verdict)}</td><td>{escape(entry.rules)}</td></tr>"
    )
