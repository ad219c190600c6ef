"""The canonical form of a contract file."""

from __future__ import annotations

import pytest

from spectra_gx.contract.formatting import format_contract
from spectra_gx.errors import ContractError

UNTIDY = """\
# About the whole file.
owner: 'A'
contract:   demo   # the stage
version: "1.0.0"
tables:
   # The first table.
   demo.a:
      columns:
         b: {required: yes, type: 'long',  # why it is
              enum: [1,
                2]}   # after it
         a:
            type: string
            description: "plain"
         # the last column is gone


      # how many
      rows: {min: 1}
   demo.b:
     columns: {x: "no", y: 'a: b', z: {type: 'decimal(12,2)'}}
     rules:
     # the only rule
     - sql: >-   # long
         select
           *
       # below the query
       id: r
     # after the rules
status: draft
# The end.
"""

TIDY = """\
# About the whole file.

contract: demo  # the stage
version: 1.0.0
status: draft
owner: A

tables:
  # The first table.
  demo.a:
    # how many
    rows: {min: 1}
    columns:
      b:  # after it
        type: long  # why it is
        required: "yes"
        enum: [1, 2]
      a: {type: string, description: plain}
      # the last column is gone

  demo.b:
    columns:
      x: "no"
      y: "a: b"
      z: {type: "decimal(12,2)"}
    rules:
      # the only rule
      # below the query
      - id: r
        sql: >-  # long
          select
            *
      # after the rules
# The end.
"""


def test_an_untidy_file_becomes_tidy():
    assert format_contract(UNTIDY.encode(), "x") == TIDY


def test_a_tidy_file_stays_as_it_is():
    assert format_contract(TIDY.encode(), "x") == TIDY


def test_long_things_are_written_below_each_other_and_short_ones_in_brackets():
    words = "word " * 30
    line = ("word " * 15).strip()
    source = f"contract: {{a: [{words}, b]}}\npurpose: a text\n  on two\n  lines, {words}\n"
    assert format_contract(source.encode(), "x") == (
        f"contract:\n  a:\n    - {words.strip()}\n    - b\n\n"
        "purpose: >-\n"
        f"  a text on two lines, {line}\n"
        f"  {line}\n"
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("'yes'", '"yes"'),
        ('"2026-11-21"', '"2026-11-21"'),
        ("2026-11-21", '"2026-11-21"'),
        ("'1.5'", '"1.5"'),
        ("1.50", "1.50"),
        ("0x1F", "0x1F"),
        ("True", "true"),
        ("~", "null"),
        (r'"^\\d+$"', r"^\d+$"),
        (r'"\\d: \\w"', r"'\d: \w'"),
        ("'#x'", '"#x"'),
        ('"caf\\u00e9\\n"', '"café\\n"'),
        ("|\n  a\n\n   b\n\n", "|\n  a\n\n   b"),
        ("|+\n  a\n", '"a\\n\\n"'),
        ("|2\n    a\n", '"  a\\n"'),
        ("&x [1]", "&x [1]"),
    ],
)
def test_values_are_spelled_in_one_way(written, kept):
    assert format_contract(f"a: {written}\n".encode(), "x") == f"a: {kept}\n"


def test_what_is_repeated_keeps_its_place():
    source = "owner: &x a\ncontract: *x\n"
    assert format_contract(source.encode(), "x") == source


def test_windows_line_ends_and_a_byte_order_mark_go():
    assert format_contract("\ufeffa: 1\r\n# c\r\n".encode(), "x") == "a: 1\n# c\n"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a: [1", ":1:"),
        ("a: 1\na: 2\n", "x:2:1: "),
        ("# nothing\n", "x:1:1: "),
        ("a: !!str 1", ":1:"),
    ],
)
def test_what_does_not_parse_is_refused_with_its_place(source, place):
    with pytest.raises(ContractError) as refused:
        format_contract(source.encode(), "x")
    assert place in str(refused.value)
