"""Files with other separators and quotes, with lines before, between and after their rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.odd_csv.odd_file import OddFile, odd

_AB = {"id": "long", "note": "string"}

FILES: list[OddFile] = [
    odd(
        "semicolons and decimal commas",
        "id;name;price\n1;Ann;1,50\n2;Bob;20,00\n3;Cy;0,99\n",
        '{delimiter: ;, decimal: ","}',
        {"id": "long", "name": "string", "price": "decimal(8,2)"},
        [(1, "Ann", Decimal("1.50")), (2, "Bob", Decimal("20.00")), (3, "Cy", Decimal("0.99"))],
    ),
    odd(
        "tabs, with commas in texts",
        "id\tnote\n1\tred, green\n2\tblue\n3\tblack, white\n",
        r'{delimiter: "\t"}',
        _AB,
        [(1, "red, green"), (2, "blue"), (3, "black, white")],
    ),
    odd(
        "pipes",
        'id|note\n1|"a|b"\n2|c\n',
        '{delimiter: "|"}',
        _AB,
        [(1, "a|b"), (2, "c")],
    ),
    odd(
        "carets",
        "id^note^qty\n1^one, two^3\n2^three^4\n",
        "{delimiter: ^}",
        {"id": "long", "note": "string", "qty": "long"},
        [(1, "one, two", 3), (2, "three", 4)],
    ),
    odd(
        "two pipes",
        'id||note||qty\n1||a|b||3\n2||"c||d"||4\n',
        '{delimiter: "||"}',
        {"id": "long", "note": "string", "qty": "long"},
        [(1, "a|b", 3), (2, "c||d", 4)],
    ),
    odd(
        "a separator beyond ASCII",
        "id¦note\n1¦a, b\n2¦c\n",
        "{delimiter: ¦}",
        _AB,
        [(1, "a, b"), (2, "c")],
    ),
    odd(
        "the separator in a first line, for a spreadsheet",
        "sep=;\r\nid;note\r\n1;a, b\r\n2;c\r\n",
        "{delimiter: ;, skip_rows: 1}",
        _AB,
        [(1, "a, b"), (2, "c")],
    ),
    odd(
        "doubled quotes",
        'id,note\n1,"say ""hi"" twice"\n2,"a, b"\n3,""\n',
        "{}",
        _AB,
        [(1, 'say "hi" twice'), (2, "a, b"), (3, None)],
    ),
    odd(
        "escaped quotes",
        'id,note\n1,"say \\"hi\\" twice"\n2,"a, b"\n3,"back\\\\slash"\n',
        r'{escape: "\\"}',
        _AB,
        [(1, 'say "hi" twice'), (2, "a, b"), (3, "back\\slash")],
    ),
    odd(
        "single quotes",
        "id,note\n1,'red, green'\n2,'it''s blue'\n3,'6\" pipe'\n",
        '{quote: "\'"}',
        _AB,
        [(1, "red, green"), (2, "it's blue"), (3, '6" pipe')],
    ),
    odd(
        "quotes that are text",
        'id\tnote\n1\t5" pipe\n2\t"half\n3\tnone\n',
        r'{delimiter: "\t", quote: none}',
        _AB,
        [(1, '5" pipe'), (2, '"half'), (3, "none")],
    ),
    odd(
        "everything in quotes",
        '"id","note"\r\n"1","a"\r\n"2","b, c"\r\n"3",""\r\n',
        "{}",
        _AB,
        [(1, "a"), (2, "b, c"), (3, None)],
    ),
    odd(
        "ends of lines within quotes",
        'id,note\r\n1,"two\r\nlines"\r\n2,"and\ntwo, too"\r\n',
        "{}",
        _AB,
        [(1, "two\r\nlines"), (2, "and\ntwo, too")],
    ),
    odd(
        "a dump of MySQL",
        "id\tnote\tqty\n1\ta\\\tb\t3\n2\t\\N\t\\N\n3\tc\\\\d\t4\n",
        r'{delimiter: "\t", quote: none, escape: "\\", null_values: ["\\N"]}',
        {"id": "long", "note": "string", "qty": "long"},
        [(1, "a\tb", 3), (2, None, None), (3, "c\\d", 4)],
    ),
    odd(
        "a report with lines before the header",
        "Stock of all shops\nWritten on 1 March, by Ann\n\nid,note,qty\n1,a,3\n2,b,4\n3,c,5\n",
        "{skip_rows: 3}",
        {"id": "long", "note": "string", "qty": "long"},
        [(1, "a", 3), (2, "b", 4), (3, "c", 5)],
    ),
    odd(
        "comments before the header",
        "# written by a probe\n# unit: mm\nid,note\n1,a\n2,b\n",
        '{comment: "#"}',
        _AB,
        [(1, "a"), (2, "b")],
    ),
    odd(
        "comments between rows, one with a quote",
        'id,note\n1,a\n# 5" is checked, later\n2,"b\n# not a comment"\n#\n3,c\n# end',
        '{comment: "#"}',
        _AB,
        [(1, "a"), (2, "b\n# not a comment"), (3, "c")],
    ),
    odd(
        "no header",
        "1,2026-01-31,red\n2,2026-02-01,green\n3,2026-02-02,blue\n",
        "{header: false}",
        {"column_1": "long", "column_2": "date", "column_3": "string"},
        [
            (1, date(2026, 1, 31), "red"),
            (2, date(2026, 2, 1), "green"),
            (3, date(2026, 2, 2), "blue"),
        ],
    ),
    odd(
        "a name twice in the header",
        "id,note,note\n1,a,b\n2,c,d\n",
        "{header: false, skip_rows: 1}",
        {"column_1": "long", "column_2": "string", "column_3": "string"},
        [(1, "a", "b"), (2, "c", "d")],
    ),
    odd(
        "a separator at the end of each line",
        "id;note;\n1;a;\n2;b;\n",
        "{delimiter: ;, header: false, skip_rows: 1}",
        {"column_1": "long", "column_2": "string", "column_3": "string"},
        [(1, "a", None), (2, "b", None)],
    ),
    odd(
        "empty lines between rows",
        "id,note\n\n1,a\n\n\n2,b\n\n",
        "{}",
        _AB,
        [(1, "a"), (2, "b")],
    ),
    odd(
        "one column",
        'name\nAnn\n""\nBob\n',
        "{}",
        {"name": "string"},
        [("Ann",), (None,), ("Bob",)],
    ),
    odd(
        "a last line without an end",
        "id,note\r\n1,a\r\n2,b",
        "{}",
        _AB,
        [(1, "a"), (2, "b")],
    ),
]
