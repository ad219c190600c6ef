"""The text of a file as blocks of UTF-8: out of its compression, and out of its encoding."""

from __future__ import annotations

import codecs
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BLOCK = 16 * 2**20
"""Bytes read at once; a row must fit in it."""

_BOM = b"\xef\xbb\xbf"
_MAGIC: Mapping[str, re.Pattern[bytes]] = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "bz2": re.compile(rb"BZh[1-9]\x31\x41\x59\x26\x53\x59"),
}
"""Compression → how every file in it begins, and no text does."""

_LONGEST_MAGIC = 10
_MARKS: Mapping[str, Mapping[bytes, str]] = {
    "utf-16": {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"},
    "utf-32": {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"},
}
"""Encoding whose order of bytes the file says → the mark that it begins with → that order."""

_WINDOWS: Mapping[str, str] = {
    "iso8859-1": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-9": "cp1254",
    "iso8859-15": "cp1252",
}
"""Encoding → what Windows writes in its place, with letters where it has control characters."""

_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")


def read_blocks(shown: str, path: str, encoding: str) -> Iterator[bytes]:
    """Yield the text of a file in UTF-8, without a byte order mark, block by block.

    Whether bytes that are declared to be UTF-8 are so is for the parser to find out.

    Raises:
        FileError: It cannot be read, is damaged, or is in another encoding; names the line.
    """
    codec = codecs.lookup(encoding).name
    blocks = read_bytes(shown, path)
    if codec in ("utf-8", "utf-8-sig"):
        yield from _without_mark(blocks, _BOM)
    else:
        yield from _decoded(shown, blocks, codec, encoding)


def not_utf8(shown: str, line: int) -> str:
    """Return what to do about a CSV file with bytes that are not of UTF-8."""
    return (
        f"file `{shown}` is not in UTF-8, seen in line {line}; save it as such, or name its "
        "encoding, such as `csv: {encoding: cp1252}`"
    )


def read_head(shown: str, path: str) -> bytes:
    """Return the first bytes of a file, out of its compression but in its own encoding.

    Raises:
        FileError: It cannot be read, or is damaged.
    """
    return next(read_bytes(shown, path), b"")


def read_bytes(shown: str, path: str) -> Iterator[bytes]:
    """Yield the blocks of a file, out of its compression but in its own encoding.

    Raises:
        FileError: It cannot be read, or is damaged.
    """
    try:
        with Path(path).open("rb") as file:
            compression = _compression(file.read(_LONGEST_MAGIC))
            if compression is None:
                file.seek(0)
                while block := file.read(BLOCK):
                    yield block
                return
    except OSError:
        raise FileError(f"file `{shown}` cannot be read; check that you may read it") from None
    try:
        with pa.input_stream(path, compression=compression) as stream:
            while block := stream.read(BLOCK):
                yield block
    except (OSError, pa.ArrowException):
        raise FileError(
            f"file `{shown}` is compressed by {compression}, and is damaged or incomplete; "
            "copy it once more"
        ) from None


def _compression(head: bytes) -> str | None:
    return next((name for name, magic in _MAGIC.items() if magic.match(head)), None)


def _without_mark(blocks: Iterator[bytes], mark: bytes) -> Iterator[bytes]:
    for number, block in enumerate(blocks):
        yield block if number else block.removeprefix(mark)


def _decoded(shown: str, blocks: Iterator[bytes], codec: str, encoding: str) -> Iterator[bytes]:
    head = next(blocks, b"")
    codec = _in_order(shown, head, codec)
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line = 1
    for number, block in enumerate(chain([head], blocks, [b""])):
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].decode(codec, "replace").count("\n")
            raise FileError(
                f"file `{shown}` is not in {encoding}, seen in line {line}; "
                "name the encoding that it is in, such as `csv: {encoding: cp1252}`"
            ) from None
        if codec.startswith("iso8859") and (control := _CONTROLS.search(text)):
            line += text.count("\n", 0, control.start())
            better = _WINDOWS.get(codec, "cp1252")
            raise FileError(
                f"line {line} of file `{shown}` has a control character where Windows writes a "
                f"letter or a sign; name its encoding: `csv: {{encoding: {better}}}`"
            )
        yield (text if number else text.removeprefix("\ufeff")).encode()
        line += text.count("\n")


def _in_order(shown: str, head: bytes, codec: str) -> str:
    """Return the encoding with its order of bytes, where the file begins with a mark of it."""
    marks = _MARKS.get(codec)
    if marks is None:
        return codec
    for mark, ordered in marks.items():
        if head.startswith(mark):
            return ordered
    if not head:
        return codec
    raise FileError(
        f"file `{shown}` does not begin with a byte order mark; name the order: "
        f"`csv: {{encoding: {codec}-le}}` or `{codec}-be`"
    )
