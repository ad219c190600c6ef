"""Text of messages that is safe in every service, as plain text and as JSON for Discord.

Rule ids and errors may contain `@everyone`, Markdown or 10,000 characters. `sanitize` makes a text
one line without mentions; `discord_payload` escapes it and keeps within the limits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELD_LIMIT = 1024
"""UTF-16 units of a field's value that Discord takes."""

_LINES_SHOWN = 10
_LINE_LIMIT = 240
_NAME_LIMIT = 256
_CONTENT_LIMIT = 2000
_COLOURS = {"critical": 0xC0392B, "warning": 0xD68910, "info": 0x2E86C1, "recovery": 0x1E8449}

_ZERO_WIDTH_SPACE = "\u200b"
_MENTION_STARTS = re.compile(r"@|<(?=[@#!&])")
_MARKDOWN = re.compile(r"[\\*_~`|<>\[\]()]|^[#+-]")
_ADDRESS = re.compile(r"https?://[\w.:-]+(?:/[\w./%~+:;,=-]*)?(?:#[\w-]*)?", re.ASCII)
_ADDRESS_LIMIT = 400


@dataclass(frozen=True)
class Line:
    """A line of text that may lead somewhere."""

    text: str
    address: str | None = None


@dataclass(frozen=True)
class Field:
    """A named fact of one line or several."""

    name: str
    lines: tuple[Line, ...]
    room: int = 600
    """UTF-16 units to show it in: all the fields of a message stay under 6,000."""


@dataclass(frozen=True)
class MessageText:
    """A composed message; no text in it contains a line break or a mention."""

    title: str
    summary: str
    """One short line."""

    tone: str
    """critical, warning, info or recovery."""

    fields: tuple[Field, ...] = ()

    @property
    def body(self) -> str:
        """Return the summary and the fields as plain text, for services other than Discord."""
        blocks = (
            f"{field.name}: {_listed([_plain(line) for line in field.lines], '; ', field.room)}"
            for field in self.fields
        )
        return "\n".join((self.summary, *blocks))


def text_line(text: str, place: str | None = None) -> Line:
    """Return a line of data, linked to a place: an address to open, else a path to read."""
    if place is None:
        return Line(sanitize(text))
    if len(place) <= _ADDRESS_LIMIT and _ADDRESS.fullmatch(place):
        return Line(sanitize(text), place)
    return Line(sanitize(f"{text}: {place}"))


def sanitize(text: str, limit: int = _LINE_LIMIT) -> str:
    """Return data as one line without mentions that every JSON reader accepts."""
    whole = text[: 2 * limit].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    folded = " ".join(whole.split())
    seen = "".join(
        # Format characters reverse and hide text; only the joiner of emojis is kept.
        char
        for char in folded
        if char == "\u200d" or unicodedata.category(char) not in ("Cc", "Cf")
    )
    mute = _MENTION_STARTS.sub(lambda match: match[0] + _ZERO_WIDTH_SPACE, seen)
    return _clip(mute, limit) or "-"


def discord_payload(message: MessageText) -> dict[str, Any]:
    """Return the payload of a message, within the limits of Discord and without mentions."""
    headline = f"**{_escaped(message.title)}** · {_escaped(message.summary)}"
    payload: dict[str, Any] = {
        "content": _clip(headline, _CONTENT_LIMIT),
        "allowed_mentions": {"parse": []},
    }
    if message.fields:
        fields = [
            {"name": _clip(_escaped(field.name), _NAME_LIMIT), "value": _discord_value(field)}
            for field in message.fields
        ]
        payload["embeds"] = [{"color": _COLOURS[message.tone], "fields": fields}]
    return payload


def _plain(line: Line) -> str:
    return f"{line.text}: {line.address}" if line.address else line.text


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(lambda match: "\\" + match[0], text)


def _discord_value(field: Field) -> str:
    return _listed([_marked_down(line) for line in field.lines], "\n", field.room)


def _marked_down(line: Line) -> str:
    return f"[{_escaped(line.text)}]({line.address})" if line.address else _escaped(line.text)


def _listed(lines: Sequence[str], separator: str, room: int) -> str:
    """Join the first lines, as many as are shown and fit, and count the rest."""
    for shown in range(min(len(lines), _LINES_SHOWN), 0, -1):
        rest = len(lines) - shown
        text = separator.join([*lines[:shown], *([f"and {rest:,} more"] if rest else [])])
        if _units(text) <= room:
            return text
    return _clip(lines[0], room)


def _units(text: str) -> int:
    """Count as Discord's clients do: UTF-16 units, two for an emoji."""
    return len(text.encode("utf-16-le")) // 2


def _clip(text: str, limit: int) -> str:
    if _units(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    # A backslash cut from what it escapes would escape the ellipsis.
    return kept.rstrip("\\") + "…"
