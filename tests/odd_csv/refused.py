"""Files that are not written as their contract says: refused with the line, and the key to add."""

from __future__ import annotations

from typing import NamedTuple


class Refused(NamedTuple):
    """One file, and what is said of it."""

    name: str
    data: bytes
    csv: str
    said: tuple[str, ...]


FILES: list[Refused] = [
    Refused("a field too few", b"id,note\n1,a\n2\n", "{}", ("line 3", "has 1 field", "has 2")),
    Refused("a field too many", b"id,note\n1,a\n2,b,c\n", "{}", ("line 3", "has 3 fields")),
    Refused("semicolons", b"id;note\n1;a\n", "{}", ("first row", "csv: {delimiter: ';'}")),
    Refused("tabs", b"id\tnote\n1\ta\n", "{}", ('csv: {delimiter: "\\t"}',)),
    Refused(
        "lines before the header",
        b"Stock\n\nid,note\n1,a\n",
        "{}",
        ("names no column", "`skip_rows` for lines before the header"),
    ),
    Refused("a comment", b"id,note\n# later\n1,a\n", "{}", ("line 2", 'csv: {comment: "#"}')),
    Refused("a stray quote", b'id,note\n1,a\n2,5" pipe\n', "{}", ("line 3", "csv: {quote: none}")),
    Refused(
        "two stray quotes that hide a row",
        b'id,note\n1,5" pipe\n2,6" pipe\n3,a\n',
        "{}",
        ("line 2", "csv: {quote: none}"),
    ),
    Refused(
        "escapes that are not declared",
        b'id,note\n1,"say \\"hi\\""\n',
        "{}",
        ("line 2", 'csv: {escape: "\\\\"}'),
    ),
    Refused(
        "doubled quotes where an escape is declared",
        b'id,note\n1,"say ""hi"""\n',
        r'{escape: "\\"}',
        ("line 2", "leave `escape` out"),
    ),
    Refused(
        "an escape that may be a tab",
        b"id|note\n1|a\\tb\n",
        r'{delimiter: "|", escape: "\\"}',
        ("line 2", "means the same without it"),
    ),
    Refused("an open quote", b'id,note\n1,"a\n2,b\n', "{}", ("line 2", "never ends")),
    Refused("a lone return", b"id,note\r1,a\r", "{}", ("line 1", "carriage return")),
    Refused(
        "latin-1 taken for UTF-8",
        "id,note\n1,a\n2,é\n".encode("latin-1"),
        "{}",
        ("line 3", "not in UTF-8", "csv: {encoding: cp1252}"),
    ),
    Refused(
        "the byte that comments are replaced by, at the end of a row",
        b"id,note\n# later\n1,a\xff\n2,b\n",
        '{comment: "#"}',
        ("line 3", "not in UTF-8"),
    ),
    Refused(
        "the byte that comments are replaced by, alone",
        b"id,note\n1,a\n\xff\n2,b\n",
        '{comment: "#"}',
        ("line 3", "not in UTF-8"),
    ),
    Refused(
        "a first line of a byte that is not in UTF-8",
        b"\xff\nid,note\n1,a\n",
        "{}",
        ("line 1", "not in UTF-8"),
    ),
    Refused(
        "cp1252 taken for latin-1",
        "id,note\n1,a\n2,“b”\n".encode("cp1252"),
        "{encoding: latin-1}",
        ("line 3", "csv: {encoding: cp1252}"),
    ),
    Refused(
        "a byte that cp1252 has not",
        b"id,note\n1,a\n2,\x81\n",
        "{encoding: cp1252}",
        ("line 3", "is not in cp1252"),
    ),
    Refused(
        "utf-16 without a mark",
        "id,note\n1,a\n".encode("utf-16-le"),
        "{encoding: utf-16}",
        ("byte order mark", "csv: {encoding: utf-16-le}"),
    ),
    Refused(
        "half a letter of utf-16",
        "\ufeffid,note\n1,a\n".encode("utf-16-le")[:-1],
        "{encoding: utf-16}",
        ("line 2", "is not in utf-16"),
    ),
    Refused(
        "a name twice",
        b"id,note,note\n1,a,b\n",
        "{}",
        ("names a column twice", "csv: {header: false, skip_rows: 1}"),
    ),
    Refused(
        "a column without a name",
        b"id;note;\n1;a;\n",
        "{delimiter: ;}",
        ("no name for column 3", "header: false"),
    ),
    Refused(
        "more fields than are declared",
        b"1,a,b\n",
        "{header: false}",
        ("line 1", "has 3 fields", "the table declares 2"),
    ),
    Refused("nothing", b"", "{}", ("is empty",)),
    Refused("fewer lines than are skipped", b"id,note\n", "{skip_rows: 3}", ("is empty",)),
    Refused(
        "what is in the place of a long delimiter",
        b"id||note\n1||a\x1fb\n",
        '{delimiter: "||"}',
        ("line 2", "control character"),
    ),
    Refused(
        "gzip that is cut",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c",
        "{}",
        ("compressed by gzip", "incomplete"),
    ),
]
