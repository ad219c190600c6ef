"""Check a contract file before parsing: size, encoding, control characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.problems import LINE_BREAK, Report
from spectra_gx.contract.yaml.nodes import TOP, Spot

if TYPE_CHECKING:
    from pathlib import Path


LARGEST_FILE = 5 * 1024 * 1024

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?= |$)", re.MULTILINE)
_MOST_REPORTED = 20
_AS_UTF_8 = "save the contract as UTF-8 text"


def read_bytes(path: Path, report: Report) -> bytes | None:
    """Read as much of a file as a contract may hold; return None, and report why, when it fails."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        report.add(TOP, f"this file cannot be read: {error.strerror or 'unknown reason'}")
        return None


def decode_source(source: bytes, report: Report) -> str | None:
    """Return the text that bytes spell, or None, with the reason reported, when it is unfit."""
    if len(source) > LARGEST_FILE:
        report.add(
            TOP, "this file is over 5 MB; a contract is written by hand, is it the right file?"
        )
        return None
    if source.startswith(_UTF_16):
        report.add(TOP, f"this file is UTF-16; {_AS_UTF_8}")
        return None
    if b"\0" in source:
        report.add(_after(source[: source.index(b"\0")]), f"this is not a text file; {_AS_UTF_8}")
        return None
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        report.add(_after(before), f"this character is not UTF-8; {_AS_UTF_8}")
        return None
    report.text = text
    return None if _is_spoilt(text, report) else text


def spot_at(text: str, index: int) -> Spot:
    """Return the place of a character."""
    lines = LINE_BREAK.split(text[:index])
    return Spot(len(lines), len(lines[-1]) + 1)


def _after(before: bytes) -> Spot:
    text = before.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return spot_at(text, len(text))


def _is_spoilt(text: str, report: Report) -> bool:
    """Report what makes a text unfit before it is parsed at all."""
    found = [
        (match.start(), "a merge conflict was left here; choose a side and remove the marker lines")
        for match in _CONFLICT.finditer(text)
    ]
    strange = _UNPRINTABLE.search(text)
    if strange is not None:
        found.append((strange.start(), "this is an invisible control character; remove it"))
    tab = text.find("\t")
    if tab >= 0:
        found.append((tab, 'this is a tab; indent with spaces, and inside a text write "\\t"'))
    for index, message in found[:_MOST_REPORTED]:
        report.add(spot_at(text, index), message)
    return bool(found)
