"""The encoding of CSV files: what all of their bytes show, or else a guess of chardet's."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from spectra_gx.warehouse.file_formats.file_text import read_bytes, read_head

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 2**20
"""Of a file, to find in it how it is written."""

_BOMS = (
    *((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")),
    *((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")),
)
_SURE = 0.9
_BEFORE = 2**10
"""Bytes before the first one that is not of UTF-8, to guess by."""

_WIDE = ("utf-16", "utf-32")
_FALLBACK = "cp1252"
_RARE = ("mac", "cp862", "iso-8859-1", "iso8859-3", "iso8859-4", "iso8859-16", "hp-roman8")
"""What few letters of cp1252 are taken for."""

_WORDS = re.compile("[\u1100-\uffff]+")
"""In scripts of East Asia, whose words rarely are of one letter."""


def detect_encoding(files: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the encoding of files, and a remark where it is a guess.

    Files of another encoding than the first that is not in UTF-8 are refused when they are read.

    Args:
        files: File as people know it → its path on this machine.

    Raises:
        FileError: One cannot be read.
    """
    odd = b""
    for shown, path in files.items():
        head = read_head(shown, path)
        for mark, encoding in _BOMS:
            if head.startswith(mark):
                return encoding, ()
        if b"\0" in head[:MOST_BYTES] and (wide := _guess(head[:MOST_BYTES])[0]).startswith(_WIDE):
            return wide, ()
        if odd := _beyond_utf8(shown, path):
            break
    if not odd:
        return "utf-8", ()
    encoding, is_sure = _guess(odd)
    remark = (
        f"`encoding: {encoding}` is a guess: compare some letters beyond ASCII with what is meant"
    )
    return encoding, () if is_sure else (remark,)


def _beyond_utf8(shown: str, path: str) -> bytes:
    """Return what is around the first byte that is not of UTF-8; nothing where all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in read_bytes(shown, path):
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            # What is decoded may begin with the end of the block before.
            begin = max(0, error.start - _BEFORE)
            return bytes(error.object[begin : error.start + MOST_BYTES])
    return b""


def _guess(odd: bytes) -> tuple[str, bool]:
    """Return the encoding of bytes, and whether it is sure."""
    import chardet  # noqa: PLC0415  # only files with letters beyond ASCII pay for it

    guess = chardet.detect(odd)
    encoding = (guess["encoding"] or _FALLBACK).lower().replace("windows-", "cp")
    is_sure = (guess["confidence"] or 0) >= _SURE
    if not _is_in(encoding, odd):
        return _FALLBACK, False
    is_odd = encoding.startswith(_RARE) or not (is_sure or _has_words(encoding, odd))
    if is_odd and _is_in(_FALLBACK, odd):
        return _FALLBACK, False
    return encoding, is_sure


def _has_words(encoding: str, odd: bytes) -> bool:
    """Return whether letters of East Asia, if there are any, are not all alone among others.

    In a double-byte encoding a letter such as `ü` is one of them, together with the letter behind.
    """
    words = _WORDS.findall(codecs.getincrementaldecoder(encoding)().decode(odd))
    return not words or any(len(word) > 1 for word in words)


def _is_in(encoding: str, odd: bytes) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(odd)
    except (LookupError, UnicodeDecodeError):
        return False
    return True
