"""Lines are put into a file of which no byte changes."""

from __future__ import annotations

import codecs

import pytest
import yaml

from spectra_gx.profile.update.insertion import YamlFile

TEXT = """\
# head
tables:
  s.t:   # beside
    columns:
      a: string   # odd   spaces
      'b':
        type: "long"

        # of b
    # of the table
  s.u: {columns: {q: long, r: {type: string,}, }, rows: {min: 1}}

note: |
  a text
"""


def inserted(text, *keys, lines=("n: 1",)):
    file = YamlFile(text.encode())
    mapping = file.entry(*keys)
    assert mapping is not None
    if mapping.style == "{":
        return file.insert([file.append_in_brackets(mapping, ", ".join(lines))]).decode()
    return file.insert([file.append(mapping, lines)]).decode()


def test_an_entry_goes_behind_the_last_one_and_its_comments():
    assert inserted(TEXT, "tables", "s.t", "columns", lines=["c: string", "d: long"]) == (
        TEXT.replace("        # of b\n", "        # of b\n      c: string\n      d: long\n")
    )
    assert inserted(TEXT, "tables", lines=["s.v:", "  columns: {a: long}"]) == (
        TEXT.replace("{min: 1}}\n", "{min: 1}}\n  s.v:\n    columns: {a: long}\n")
    )
    assert inserted(TEXT, lines=["x: 1"]) == TEXT + "x: 1\n"


def test_an_entry_goes_into_brackets():
    assert inserted(TEXT, "tables", "s.u", "columns") == (
        TEXT.replace("{type: string,}, }", "{type: string,}, n: 1, }")
    )
    assert inserted("a: {}\n", "a") == "a: {n: 1}\n"
    assert inserted("a: {b: {\n  c: 1 # one\n  }}\n", "a", "b") == (
        "a: {b: {\n  c: 1, n: 1 # one\n  }}\n"
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: 1", "a: 1\nn: 1"),
        ("a:", "a:\nn: 1"),
        ("a:\n  - 1\n  - 2\n", "a:\n  - 1\n  - 2\nn: 1\n"),
        ("a: >-\n  x\n\n\n", "a: >-\n  x\n\n\nn: 1\n"),
        ("a: 1\n\n# end\n", "a: 1\n\n# end\nn: 1\n"),
        ("a: 'x\n  y' # z\n", "a: 'x\n  y' # z\nn: 1\n"),
    ],
)
def test_an_entry_goes_behind_whatever_is_last(text, made):
    assert inserted(text) == made
    assert yaml.safe_load(made)["n"] == 1


def test_line_ends_and_a_mark_stay():
    source = codecs.BOM_UTF8 + TEXT.replace("\n", "\r\n").encode()
    file = YamlFile(source)
    columns = file.entry("tables", "s.t", "columns")
    made = file.insert([file.append(columns, ["n: 1"]), file.comment_above(columns, "b", "# new")])
    assert made.startswith(codecs.BOM_UTF8)
    assert b"        # of b\r\n      n: 1\r\n    # of the table\r\n" in made
    assert b"      # new\r\n      'b':\r\n" in made
    assert made.replace(b"      n: 1\r\n", b"").replace(b"      # new\r\n", b"") == source


def test_comments_above_are_those_right_above():
    file = YamlFile(b"c:\n  # far\n\n  # one\n  # two\n  a: 1\n  b: 2\n")
    columns = file.entry("c")
    assert file.comments_above(columns, "a") == ["# two", "# one"]
    assert file.comments_above(columns, "b") == []


def test_what_is_repeated_or_missing_is_no_place_to_insert():
    file = YamlFile(b"a: &x {b: 1}\nc: *x\n")
    assert file.entry("a") is None
    assert file.entry("c") is None
    assert file.entry("d") is None
    assert file.entry("a", "b", "c") is None
