"""What is kept of what was seen, and what is taken for chance."""

from __future__ import annotations

import pytest

from spectra_gx.profile.column_profile import ColumnProfile, Reference, TableProfile
from spectra_gx.profile.rule_inference import describe_values, infer_rules, is_spelled_out

FORMATS = dict.fromkeys(("semver", "email", "uuid", "uri", "ipv4", "date", "json"), 0)


def text(name="word", rows=1000, values=None, **said):
    facts = {"low": "a", "high": "b", "shortest": 1, "longest": 9, "distinct": 500, **said}
    if values:
        facts |= {"values": tuple(values.items()), "distinct": len(values)}
    facts["formats"] = FORMATS | facts.get("formats", {})
    return ColumnProfile(name, "string", rows, facts.pop("nulls", 0), **facts)


def number(name="size", rows=1000, column_type="double", **said):
    facts = {"low": 1.0, "high": 9.0, "tail": (2.0, 8.0), **said}
    return ColumnProfile(name, column_type, rows, facts.pop("nulls", 0), **facts)


def kept(column, key=()):
    keys = infer_rules(column, TableProfile("s.t", column.rows, (column,), key))
    keys.pop("type")
    return keys


def test_required_needs_enough_rows():
    assert kept(text(rows=9)) == {}
    assert kept(text(rows=9), key=("word",)) == {"required": True}
    assert kept(text(rows=10)) == {"required": True}
    assert kept(text(rows=1000, nulls=1)) == {}


@pytest.mark.parametrize(
    ("values", "enum"),
    [
        ({"b": 500, "a": 500}, ["a", "b"]),
        ({"b": 996, "a": 4}, None),
        ({"b": 995, "a": 5}, ["a", "b"]),
        ({f"v{n}": 19 for n in range(20)}, None),
        ({"x" * 41: 500, "a": 500}, None),
        ({"": 500, "a": 500}, None),
        ({"a": 500, " b": 500}, None),
    ],
)
def test_an_enum_has_few_words_each_seen_often(values, enum):
    assert kept(text(rows=sum(values.values()), values=values)).get("enum") == enum


def test_a_constant_needs_very_many_rows():
    assert kept(text(rows=1000, values={"a": 1000}))["const"] == "a"
    assert set(kept(text(rows=999, values={"a": 999}))) == {"required"}


def test_texts_of_one_length_or_format_are_recognised():
    assert kept(text(shortest=3, longest=3))["length"] == 3
    assert "length" not in kept(text(shortest=3, longest=3, distinct=9))
    assert kept(text(formats={"uuid": 1000}))["format"] == "uuid"
    assert "format" not in kept(text(formats={"uuid": 999}))
    assert "format" not in kept(text(rows=99, formats={"uuid": 99}))


def test_bounds_are_round_and_far_out():
    assert kept(number(low=-9.94, high=59.0, tail=(-5.0, 55.0))) == {
        "required": True, "min": -100, "max": 200,
    }  # fmt: skip
    assert kept(number(low=0.02, high=0.4, tail=(0.03, 0.3)))["max"] == 1
    assert kept(number(column_type="byte", low=1, high=120, tail=(2, 110))) == {
        "required": True, "min": 0,
    }  # fmt: skip


def test_a_long_tail_has_no_bound():
    keys = kept(number(low=-30, high=1301, tail=(-15, 190)))
    assert keys == {"required": True, "min": -2000}


def test_names_promise_ranges_that_values_may_break():
    assert kept(number("hour", low=5, high=23, column_type="long")) == {
        "required": True, "min": 0, "max": 23,
    }  # fmt: skip
    assert kept(number("hour", low=5, high=24, column_type="long")).get("max") != 23


def test_identifiers_and_keys_may_grow():
    assert "max" not in kept(number("order_id"))
    assert "max" not in kept(number("n"), key=("n",))
    assert kept(number("order_id"))["min"] == 0


def test_nan_breaks_every_bound():
    assert kept(number(odd=1)) == {"required": True}


def test_private_values_are_nowhere():
    private = text("contact", values={"x@example.com": 1000}, formats={"email": 1})
    assert kept(private) == {"required": True, "classification": "pii"}
    token = text(values={"ghp_" + "a1B2" * 9: 500, "b": 500})
    assert kept(token)["classification"] == "confidential"
    assert "enum" not in kept(token)
    salary = number("salary")
    assert kept(salary) == {"required": True, "classification": "confidential"}
    assert describe_values(salary, private=True) == ""
    assert describe_values(salary, private=False) == "1.0 to 9.0"
    nested = ColumnProfile("who", "struct<name:string,`home address`:string>", 10, 0)
    assert kept(nested)["classification"] == "pii"


def test_comments_describe_values():
    assert (
        describe_values(text(nulls=3), private=False)
        == "3 null, about 500 values, 1 to 9 characters"
    )
    assert (
        describe_values(text(values={"a": 1000}, longest=1), private=False)
        == "1 value, 1 character"
    )
    assert describe_values(text(nulls=1000), private=False) == "only nulls"
    assert describe_values(text(rows=0), private=False) == ""
    assert describe_values(number(odd=2), private=False) == "2 NaN or infinite, 1.0 to 9.0"


def nested(*parts, outer="struct<a:string>", name="s", rows=100):
    return ColumnProfile(name, outer, rows, 0, parts=parts)


def test_what_is_nested_is_spelled_out_where_more_is_known_than_no_nulls():
    few = text("a", rows=100, values={"x": 50, "y": 50})
    assert not is_spelled_out(nested(text("a", rows=100)))
    assert is_spelled_out(nested(few))
    assert is_spelled_out(nested(nested(few, name="inner")))
    assert is_spelled_out(nested(text("email", rows=100)))
    assert not is_spelled_out(nested(few, name="password"))


def test_a_number_that_refers_to_another_table_has_no_upper_bound():
    column = number("size", low=1, high=90, tail=(2, 80), column_type="long")
    reference = Reference(("size",), "s.sizes", ("id",), 0)
    alone = TableProfile("s.t", 1000, (column,))
    referring = TableProfile("s.t", 1000, (column,), references=(reference,))
    assert "max" in infer_rules(column, alone)
    assert infer_rules(column, referring)["min"] == 0
    assert "max" not in infer_rules(column, referring)
