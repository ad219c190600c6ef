"""The words for column types."""

import pytest

from spectra_gx.contract.column_types import FAMILIES, Family, canonical_type, family
from spectra_gx.errors import ContractError
from tests.fakes.contracts import contract_of


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        *((name, name) for name in FAMILIES if name not in ("decimal", "array", "map", "struct")),
        ("int", "integer"),
        ("bigint", "long"),
        ("bool", "boolean"),
        ("decimal(12, 2)", "decimal(12,2)"),
        ("array< int >", "array<integer>"),
        ("map<string, array<decimal(3,0)>>", "map<string,array<decimal(3,0)>>"),
        (
            "struct<a: int, `b-c`: array<struct<d:bool>>>",
            "struct<a:integer,`b-c`:array<struct<d:boolean>>>",
        ),
        ("struct<`a``b`:long,`c`:long>", "struct<`a``b`:long,c:long>"),
    ],
)
def test_a_type_has_one_spelling(written, canonical):
    assert canonical_type(written) == canonical
    assert canonical_type(canonical) == canonical


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "String",
            "decimal",
            "decimal(0,0)",
            "decimal(3,4)",
            "decimal(39,1)",
            "array",
            "array<>",
        ),
        *("array<string", "array<string>>", "map<string>", "string,long", "ἀ"),
        *(
            "struct",
            "struct<>",
            "struct<a>",
            "struct<a:int",
            "struct<a:int,a:long>",
            "struct<:int>",
        ),
        *("array<" * 50 + "string" + ">" * 50, "decimal(१,0)"),
    ],
)
def test_anything_else_is_refused(written):
    with pytest.raises(ValueError, match=r"type|decimal|array|map|struct"):
        canonical_type(written)


def test_a_family_is_that_of_the_outermost_type():
    assert family("decimal(3,1)") is Family.FRACTION
    assert family("array<string>") is Family.ARRAY


def test_ten_types_may_be_nested_with_keys():
    def column(depth):
        written = "{type: array, items: " * depth + "long" + "}" * depth
        return contract_of(f"shop.t:\n  columns: {{c: {written}}}\n").tables[0].columns[0]

    assert column(10).type == "array<" * 10 + "long" + ">" * 10
    with pytest.raises(ContractError, match="at most 10 types"):
        column(11)


def test_a_time_zone_is_one_that_exists():
    def declare(zone):
        column = f"{{type: timestamp_ntz, timezone: {zone}}}"
        return contract_of(f"shop.t:\n  columns: {{c: {column}}}\n").tables[0].columns[0]

    assert declare("Europe/Berlin").timezone == "Europe/Berlin"
    with pytest.raises(ContractError, match="is not a time zone: 'Mars/Base'"):
        declare("Mars/Base")
