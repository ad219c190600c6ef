"""How CSV files are written: what a contract says under `csv`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CsvFormat:
    """How the CSV files of a table are written; by default as in RFC 4180, in UTF-8."""

    delimiter: str = ","
    """What separates fields: one character, or up to three."""

    quote: str | None = '"'
    """What surrounds a field that contains a delimiter; None where nothing does."""

    escape: str | None = None
    """What precedes a quote within quotes; None where such a quote is doubled."""

    encoding: str = "utf-8"
    """A name of Python's codecs."""

    decimal: str = "."
    thousands: str | None = None
    """What may separate groups of digits of a number."""

    header: bool = True
    """Whether the first row names the columns; else they are the declared ones, in order."""

    skip_rows: int = 0
    """Lines before the header, or before the rows where there is none."""

    comment: str | None = None
    """What a line begins with that is not part of the table."""

    null_values: tuple[str, ...] = ("",)
    """Fields that are null, in quotes or not."""

    date_format: str | None = None
    """Of strptime; None for `2026-01-31`."""

    timestamp_format: str | None = None


PLAIN_CSV = CsvFormat()

NO_QUOTE = "none"
"""What is written for a format in which nothing is quoted."""
