"""What people are told, in words: from a run's facts to plain text and to Discord's JSON.

Data is hostile here: a rule id or an error sentence can hold `@everyone`, markdown or 10,000
characters. `words` makes every text a single line that mentions nobody; `discord` escapes and fits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.runner.ports import Message

_LINES_SHOWN = 10
_LINE_LIMIT = 240
_CONTENT_LIMIT = 2000
_FIELD_VALUE_LIMIT = 1024
_RED = 0xC0392B

_ZERO_WIDTH_SPACE = "\u200b"
_MENTION_STARTS = re.compile(r"@|<(?=[@#!&])")
_MARKDOWN = re.compile(r"[\\*_~`|<>\[\]()]|^[#+-]")


@dataclass(frozen=True)
class Field:
    """A named fact of one line or several."""

    name: str
    lines: tuple[str, ...]
    room: int = 600
    """UTF-16 units to show it in: eight fields and the failing rules stay under 6,000."""


@dataclass(frozen=True)
class Words:
    """A message in plain words; no text in it holds a line break or a live mention."""

    title: str
    summary: str
    """One short line: severity, contract version, execution id, duration."""

    fields: tuple[Field, ...] = ()

    @property
    def body(self) -> str:
        """Return the summary and the fields as plain text, for services other than Discord."""
        blocks = (
            f"{field.name}: {_listed(field.lines, '; ', field.room)}" for field in self.fields
        )
        return "\n".join((self.summary, *blocks))


def words(message: Message) -> Words:
    """Word a message; a recovery is its title and one line, and rows that were set aside."""
    return Words(
        title=_safe(_title(message)),
        summary=" · ".join(_safe(part) for part in _summary(message)),
        fields=tuple(_quarantined(message) if message.outcome == "recovery" else _fields(message)),
    )


def discord(said: Words) -> dict[str, Any]:
    """Return the webhook payload of some words, within Discord's limits and mentioning nobody."""
    headline = f"**{_escaped(said.title)}** · {_escaped(said.summary)}"
    payload: dict[str, Any] = {
        "content": _clip(headline, _CONTENT_LIMIT),
        "allowed_mentions": {"parse": []},
    }
    if said.fields:
        fields = [{"name": field.name, "value": _discord_value(field)} for field in said.fields]
        payload["embeds"] = [{"color": _RED, "fields": fields}]
    return payload


def _title(message: Message) -> str:
    stage = f"{message.stage} ({message.system})"
    if message.outcome == "recovery":
        return f"{stage} passes again"
    if message.outcome == "quarantine":
        return f"{stage} passes without the rows that broke its contract"
    if message.error is not None:
        return f"{stage} could not be finished: {message.error_category or 'internal'} error"
    if "errored" in (message.tables or {}).values():
        return f"{stage} could not be judged whole"
    return f"{stage} broke its contract"


def _summary(message: Message) -> Iterator[str]:
    if message.outcome == "failure":
        yield message.failing[0][1] if message.failing and message.error is None else "critical"
    yield f"contract {message.contract_version}"
    yield message.execution_id
    yield f"{message.duration_seconds:.1f} s"


def _fields(message: Message) -> Iterator[Field]:
    if message.error:
        yield Field("Error", (_safe(message.error, limit=600),))
    if message.tables:
        verdicts = message.tables.items()
        yield Field("Tables", tuple(_safe(f"{table}: {verdict}") for table, verdict in verdicts))
    yield from _quarantined(message)
    if message.failing:
        rules = tuple(_safe(_rule(*rule)) for rule in message.failing)
        yield Field("Failing rules", rules, room=_FIELD_VALUE_LIMIT)
    if message.counts:
        yield Field("Rules by severity", tuple(_tallies(message.counts)))
    if message.endpoints_reached:
        reached, attempted = message.endpoints_reached
        yield Field("Endpoints reached", (f"{reached} of {attempted} calls",))
    places = {
        "Log": message.log,
        "Data docs": message.docs,
        "Runbook": message.runbook,
        "Contact": message.contact,
    }
    for name, place in places.items():
        if place:
            yield Field(name, (_safe(place),))


def _quarantined(message: Message) -> Iterator[Field]:
    if message.quarantined:
        yield Field(
            "Rows in quarantine",
            tuple(_safe(f"{table}: {count}") for table, count in message.quarantined.items()),
        )


def _rule(rule_id: str, severity: str, unexpected: int | None) -> str:
    if unexpected is None:
        return f"{rule_id}: {severity}"
    return f"{rule_id}: {severity}, {unexpected} {'row' if unexpected == 1 else 'rows'}"


def _tallies(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for severity, tally in counts.items():
        numbers = ", ".join(f"{count} {status}" for status, count in tally.items())
        yield _safe(f"{severity}: {numbers}")


def _safe(text: str, limit: int = _LINE_LIMIT) -> str:
    """Return data as one line that mentions nobody and that any JSON reader accepts."""
    whole = text[: 2 * limit].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    folded = " ".join(whole.split())
    seen = "".join(
        # Format characters reverse and hide text; only the joiner inside emojis is wanted.
        char
        for char in folded
        if char == "\u200d" or unicodedata.category(char) not in ("Cc", "Cf")
    )
    mute = _MENTION_STARTS.sub(lambda match: match[0] + _ZERO_WIDTH_SPACE, seen)
    return _clip(mute, limit) or "-"


def _escaped(line: str) -> str:
    return _MARKDOWN.sub(lambda match: "\\" + match[0], line)


def _discord_value(field: Field) -> str:
    return _listed([_escaped(line) for line in field.lines], "\n", field.room)


def _listed(lines: Sequence[str], separator: str, room: int) -> str:
    """Join the first lines, as many as are shown and fit, and count the rest."""
    for shown in range(min(len(lines), _LINES_SHOWN), 0, -1):
        rest = len(lines) - shown
        text = separator.join([*lines[:shown], *([f"and {rest} more"] if rest else [])])
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
