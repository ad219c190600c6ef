"""Formatting changes neither what a contract says nor what is said beside it."""

from __future__ import annotations

import json
from dataclasses import replace

import yaml
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.formatting import format_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.cst import list_comments
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.contract.yaml.scalars import text_as_yaml
from spectra_gx.errors import ContractError
from tests.drawing import drawn
from tests.property.contract.documents import documents

COMMENTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


def read(source):
    report = Report("x")
    node = parse_yaml(source.encode(), report)
    return None if node is None or report.problems else plain_value(node)


def formatted(source):
    once = format_contract(source.encode(), "x.yaml")
    assert format_contract(once.encode(), "x.yaml") == once
    assert list_comments(once) == list_comments(source)
    return once


def contract_in(source):
    """Return a contract whose columns' rules stand in an order of their own; None if invalid."""
    try:
        contract = parse_contract(source.encode(), "x.yaml")
    except ContractError:
        return None
    tables = [
        replace(
            table,
            columns=tuple(
                replace(column, rules=tuple(sorted(column.rules, key=lambda rule: rule.id)))
                for column in table.columns
            ),
        )
        for table in contract.tables
    ]
    return replace(contract, tables=tuple(tables))


@st.composite
def commented(draw, document):
    """Draw a YAML text of a document, with comments and blank lines wherever they may stand."""
    style = draw(st.sampled_from([None, False, True]))
    width = draw(st.sampled_from([20, 80, 1000]))
    source = yaml.safe_dump(
        document, default_flow_style=style, width=width, sort_keys=draw(st.booleans()),
        allow_unicode=True, indent=draw(st.sampled_from([2, 4])),
    )  # fmt: skip
    if read(source) != document:  # PyYAML writes YAML 1.1, where `1e100` is a text
        source = json.dumps(document, ensure_ascii=False)
    meaning = read(source)
    for _ in range(draw(st.integers(0, 5))):
        lines = source.split("\n")
        place = draw(st.integers(0, len(lines) - 1))
        comment = "# " + draw(COMMENTS)
        match draw(st.sampled_from(["own", "beside", "blank", "inside"])):
            case "own":
                lines.insert(place, " " * draw(st.integers(0, 8)) + comment)
            case "beside":
                lines[place] += " " * draw(st.integers(1, 3)) + comment
            case "blank":
                lines.insert(place, "")
            case "inside":
                lines[place] = lines[place].replace(", ", f",  {comment}\n ", 1)
        # Inside of a text a comment is none, and somewhere else it may be an error.
        tried = "\n".join(lines)
        source = tried if meaning is not None and read(tried) == meaning else source
    return source


@drawn(15)
@given(st.data(), documents())
def test_a_contract_says_the_same_and_keeps_its_comments(data, document):
    source = data.draw(commented(document))
    assert contract_in(formatted(source)) == contract_in(source)


@drawn(15)
@given(st.data(), ANYTHING)
def test_any_document_survives(data, document):
    source = data.draw(commented(document))
    meaning = read(source)
    if meaning is not None:
        assert read(formatted(source)) == meaning


@drawn(15)
@given(documents())
def test_the_order_of_keys_makes_no_difference(document):
    def backwards(value):
        if isinstance(value, dict):
            return {key: backwards(item) for key, item in reversed(list(value.items()))}
        return [backwards(item) for item in value] if isinstance(value, list) else value

    there = formatted(json.dumps(document, ensure_ascii=False))
    back = formatted(json.dumps(backwards(document), ensure_ascii=False))
    assert sorted(line.strip() for line in there.splitlines()) == sorted(
        line.strip() for line in back.splitlines()
    )


@drawn(50)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_every_text_is_read_as_it_was(text, flow):
    written = text_as_yaml(text, flow=flow)
    source = f"{{a: [{written}]}}" if flow else f"a: {written}"
    assert yaml.safe_load(source) == {"a": [text] if flow else text}
    assert read(source) in (None, {"a": [text] if flow else text})
