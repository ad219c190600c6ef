"""Rendering of pages, and the filters that make values visible, short and safe in HTML."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from spectra_gx.contract.table_storage import storage_text
from spectra_gx.report.addresses import STYLESHEET, relative

MARKS = {"passed": "✓", "failed": "✗", "errored": "!", "warning": "▲", "info": "●", "unknown": "–"}
_SPOKEN = {
    "warning": "failed, a warning",
    "info": "failed, for information",
    "unknown": "not checked",
}
"""Names of marks for screen readers, where the key does not do."""

_THEME = "theme.css"
_LONGEST = 600
_CELL = 160
_JOINT = re.compile(r"([./_-])(?=\w)")
_HIDDEN = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
_MINUTES_FROM = 100
_WANTED = "\n\t\u200d"
"""Line breaks and tabs are visible; the joiner is part of emojis."""


def render(template: str, page: str, *, docs: str = "", assets: str = "", **facts: Any) -> str:
    """Return a page.

    Args:
        template: Its file.
        page: Its address, from which links to other pages are relative.
        docs: Where the data docs are, below which links of shared templates lead.
        assets: Where stylesheet and icon are.
        facts: The variables of the template.
    """
    found = _environment().get_template(template)
    return found.render(
        to=lambda target: relative(page, docs + target),
        asset=lambda target: relative(page, assets + target),
        own=lambda target: relative(page, target),
        stylesheet=STYLESHEET,
        **facts,
    )


def visible_text(value: Any) -> Any:
    """Return a value as text for a page, shortened, with hidden characters spelled out.

    Hidden characters can turn, hide or cut the text around them.
    """
    if isinstance(value, Markup):
        return value  # HTML of a macro, whose values are filtered already
    text = str(value)
    if not text.isascii() or not text.isprintable():
        text = "".join(map(_visible, text[: _LONGEST + 1]))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _visible(letter: str) -> str:
    if letter in _WANTED or unicodedata.category(letter) not in _HIDDEN:
        return letter
    return f"\\u{ord(letter):04x}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("spectra_gx.report"),
        autoescape=True,
        finalize=visible_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "cell": cell,
        "count": format_count,
        "dotted": dotted,
        "figure": figure,
        "moment": format_time,
        "prose": prose,
        "seconds": format_duration,
        "storage": storage_text,
    }
    environment.globals |= {
        "mark": MARKS,
        "spoken": {tone: _SPOKEN.get(tone, tone) for tone in MARKS},
        "plural": plural,
    }
    return environment


def prose(text: str) -> Markup:
    """Return a sentence with literals, in backticks, as code."""
    parts = [escape(visible_text(part)) for part in text.split("`")]
    if len(parts) % 2 == 0:  # an odd backtick marks nothing
        return escape(visible_text(text))
    marked = (f"<code>{part}</code>" if odd % 2 else part for odd, part in enumerate(parts))
    return Markup("".join(marked))  # noqa: S704 - every part was escaped


def dotted(name: str) -> Markup:
    """Return a name with line break opportunities between its parts."""
    return Markup(_JOINT.sub(r"\1<wbr>", str(escape(visible_text(name)))))  # noqa: S704 - escaped just here


def cell(value: Any) -> str:
    """Return a value as a short table cell: text unchanged, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _CELL else f"{text[:_CELL]}…"


def figure(value: Any) -> str:
    """Return an observed value as a short cell, a whole number with thousands separators."""
    return format_count(value) if type(value) is int else cell(value)


def tone(status: str | None, severity: str | None) -> str:
    """Return how a rule's result looks: its status; for a lesser rule that failed, its severity."""
    if status == "failed" and severity in ("warning", "info"):
        return severity
    return status or "unknown"


def stylesheet(name: str) -> str:
    """Return one of our stylesheets with the type and colours that all pages share."""
    folder = files("spectra_gx.report")
    return "".join(folder.joinpath(part).read_text("utf-8") for part in (_THEME, name))


def format_count(number: int | None) -> str:
    """Return a count with thousands separators; a dash when nothing was counted."""
    return "–" if number is None else f"{number:,}"


def plural(number: int, word: str) -> str:
    """Return a count and its word: `1 rule`, `97 rules`."""
    return f"{format_count(number)} {word}{'' if number == 1 else 's'}"


def format_time(text: str) -> str:
    """Return an ISO time for people, in UTC."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def format_duration(duration: float) -> str:
    """Return a duration in a suitable unit."""
    if duration < 1:
        return f"{duration * 1000:.0f} ms"
    if duration < _MINUTES_FROM:
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
