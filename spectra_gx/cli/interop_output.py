"""Output of `import` and `export`: the result to stdout or a file, losses to stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.interop.losses import Conversion


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a file for the result."""
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write (default: stdout)")


def read_source(file: str) -> bytes:
    """Return the bytes of a file that a person named.

    Raises:
        UsageError: It cannot be read.
    """
    from pathlib import Path

    from spectra_gx.errors import UsageError

    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a path"
        raise UsageError(f"`{file}` cannot be read: {reason}; check the path") from None


def write_import(carried: Conversion, output: str | None, *, as_json: bool) -> None:
    """Write an imported contract, with a comment for each thing that is not in it.

    Raises:
        UsageError: The file cannot be written.
    """
    from dataclasses import replace

    lines = [f"# {_line(loss.path)}: {_line(loss.reason)}" for loss in carried.losses]
    heading = ["", "# Not converted exactly:", *lines, ""] if lines else []
    commented = replace(carried, text=carried.text + "\n".join(heading))
    if not as_json:
        write_conversion(commented, output)
        return
    import json

    losses = [{"path": _line(loss.path), "reason": _line(loss.reason)} for loss in carried.losses]
    if output is not None:
        _write_file(commented.text, output)
    write(json.dumps({"contract": carried.text, "losses": losses}, ensure_ascii=False))


def write_conversion(carried: Conversion, output: str | None) -> None:
    """Write the result once, and name on stderr each thing that is not in it.

    A format with a file for each table is written into a folder, if `output` is one.

    Raises:
        UsageError: The file cannot be written.
    """
    from pathlib import Path

    if output is None:
        write(carried.text.rstrip("\n"))
    elif carried.files and Path(output).is_dir():
        for name, text in carried.files.items():
            _write_file(text, str(Path(output) / name))
    else:
        _write_file(carried.text, output)
    for loss in carried.losses:
        report(f"{_line(loss.path)}: {_line(loss.reason)}")
    count = len(carried.losses)
    if count:
        report(f"{count} thing{'s'[: count != 1]} could not be converted exactly")
    else:
        report("everything was converted")


def _write_file(text: str, output: str) -> None:
    from pathlib import Path

    from spectra_gx.errors import UsageError

    try:
        Path(output).write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a path"
        raise UsageError(f"`{output}` cannot be written: {reason}; name another") from None


def _line(text: str) -> str:
    """Return a text of a foreign file as one line that a terminal may show, never a secret."""
    from spectra_gx.contract.excerpts import looks_secret

    if looks_secret(text):
        return "‹redacted›"
    return "".join(letter if letter.isprintable() else " " for letter in text)
