"""Which names mean the same data: what one contract hides there, no other one shows."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Environment, StageContract, Table
from spectra_gx.warehouse import sensitivity
from spectra_gx.warehouse.sensitivity import Classifications, _meet, _overlap, _same_name
from tests.drawing import drawn

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("in/people-1.csv", "in/sub/people.csv", "in/people/1/a.csv")


def table(name: str, location: str | None, *columns: Column, format_: str = "csv") -> Table:
    form = TableFormat.DELTA if location is None else TableFormat(format_)
    return Table(name, columns, (), location=location, format=form)


def stage(name: str, *tables: Table) -> StageContract:
    return StageContract(name=name, version="1.0.0", owner="X", tables=tables)


HIDDEN = Column("email", "string", (), classification="pii")
SHOWN = Column("email", "string", ())
TOTAL = Column("total", "long", ())


def hides(root: Path, classified: str | None, named: str | None, format_: str = "csv") -> bool:
    """Return whether a column that one contract classifies at a place is hidden at another."""
    private = stage("people", table("people.all", classified, HIDDEN, TOTAL))
    other = table("shop.all", named, SHOWN, TOTAL, format_=format_)
    known = Classifications([private, stage("shop", other)], str(root))
    applied = known.applied_to(other)
    assert [column.sensitive for column in applied.columns][1:] == [False]
    return applied.columns[0].classification == "pii"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "warehouse"
    for file in FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("email,total\n")
    (root / "Tables" / "people" / "all").mkdir(parents=True)
    (tmp_path / "link").symlink_to(root / "in")
    (root / "linked.csv").symlink_to("in/people-1.csv")
    (root / "out").mkdir()
    (root / "out" / "x.csv").symlink_to(root / "in" / "people-1.csv")
    (root / "deep").mkdir()
    (root / "deep" / "in").symlink_to(root / "in")
    (root / "far" / "round").mkdir(parents=True)
    (root / "far" / "loop").symlink_to(root / "far")
    (root / "far" / "x").symlink_to(root / "out")
    return root


@pytest.mark.parametrize(
    "named",
    [
        "in/people-1.csv",
        "in/./people-1.csv",
        "./in/../in/people-1.csv",
        "in/sub/../people-1.csv",
        "in",
        "in/",
        ".",
        "in/*.csv",
        "in/p?ople-[0-9].csv",
        "**/people-1.csv",
        "*/*",
        "**",
        "../link/people-1.csv",
        "../link",
        "../link/*.csv",
        "../*/in/people-1.csv",
        "linked.csv",
        "out",
        "out/*.csv",
        "out/x.csv",
        "deep",
        "deep/in/people-1.csv",
        "deep/**/*.csv",
        "far",
        "far/*/x.csv",
        "IN/People-1.csv",
    ],
)
def test_one_place_has_many_names(root: Path, named: str):
    assert hides(root, "in/people-1.csv", named)
    assert hides(root, "in/people-1.csv", str(root / named))
    assert hides(root, named, "in/people-1.csv")
    assert hides(root, named, str(root / named))


@pytest.mark.parametrize(
    ("classified", "named"),
    [
        ("in/people-1.csv", "in/people-2.csv"),
        ("in/people-*.csv", "in/orders-*.csv"),
        ("in/people", "in/people-1.csv"),
        ("in/*.csv", "in/*.parquet"),
        ("in/sub", "out/other.csv"),
        (None, "Tables/people/other"),
        ("s3://lake/people", "s3://lake/people-2"),
        ("s3://lake/people", "s3://other/people"),
        ("s3://lake/people", "lake/people"),
    ],
)
def test_another_place_is_left_alone(root: Path, classified: str | None, named: str):
    assert not hides(root, classified, named)


@pytest.mark.parametrize(
    "named",
    [
        "Tables/people/all",
        "Tables/people/all/",
        "Tables/people/all/*.parquet",
        "Tables/people",
        "Tables/quarantine/people_all",
        "Files/_staging/people_zephyr_1/people/all",
        "Files/_staging/*/people/all/part-0.parquet",
        "Files/_staging/people_zephyr_1/_aside/people/all",
    ],
)
def test_a_table_of_the_warehouse_has_places_of_its_own(root: Path, named: str):
    assert hides(root, None, named, "delta")
    assert hides(root, None, named, "parquet")
    assert hides(root, named, named)


@pytest.mark.parametrize(
    "named", ["s3://lake/people/", "s3://lake//people", "s3://lake/**", "s3://lake/people/x.csv"]
)
def test_an_address_is_a_place_like_others(root: Path, named: str):
    assert hides(root, "s3://lake/people", named)
    assert hides(root, named, "s3://lake/people")


def test_a_place_in_another_environment_counts(root: Path):
    private = stage("people", table("people.all", None, HIDDEN))
    test = Environment("test", {}, {"people.all": "in/people-1.csv"})
    known = Classifications([replace(private, environments=(test,))], str(root))
    assert known.applied_to(table("shop.all", "in", SHOWN)).sensitive_columns == {"email"}


def test_the_strictest_of_all_contracts_holds(root: Path):
    place = "in/people-1.csv"
    contracts = [
        stage("a", table("a.t", place, Column("email", "string", (), classification="public"))),
        stage("b", table("b.t", "in/*.csv", Column("email", "string", (), masked=True))),
        stage("c", table("c.t", place, SHOWN)),
    ]
    known = Classifications(contracts, str(root))
    for contract in contracts:
        assert known.applied(contract).tables[0].sensitive_columns == {"email"}


def test_a_column_inside_another_hides_the_whole(root: Path):
    inside = Column("who", "struct<email:string>", (), fields=(HIDDEN,))
    known = Classifications([stage("a", table("a.t", "in", inside))], str(root))
    whole = Column("who", "struct<email:string>", ())
    assert known.applied_to(table("b.t", "in", whole)).columns[0].classification == "confidential"


def test_another_spelling_of_a_column_is_no_way_in(root: Path):
    known = Classifications([stage("a", table("a.t", "in", HIDDEN, TOTAL))], str(root))
    assert known.applied_to(table("b.t", "in", Column("EMAIL", "string", ()))).sensitive_columns
    other = Column("note", "string", ())
    assert not known.applied_to(table("b.t", "in", other)).sensitive_columns


def test_files_below_a_delta_table_may_call_a_column_otherwise(root: Path):
    known = Classifications([stage("people", table("people.all", None, HIDDEN))], str(root))
    physical = Column("col-1b9d6bcd", "string", ())
    read = table("b.t", "Tables/people/all/*.parquet", physical, format_="parquet")
    assert known.applied_to(read).columns[0].classification == "confidential"


def test_a_contract_without_secrets_is_left_as_it_is(root: Path):
    contract = stage("a", table("a.t", "in", SHOWN))
    assert Classifications([contract], str(root)).applied(contract) == contract


@pytest.mark.parametrize(
    "location", ["/".join(["**"] * 5000), "*?" * 50_000, "[" * 50_000, "a/../" * 3]
)
def test_a_hostile_location_takes_no_time(root: Path, location: str):
    assert hides(root, location, location)


def test_whoever_looks_too_long_for_links_hides_what_may_be_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    assert not hides(root, None, "in")
    monkeypatch.setattr(sensitivity, "_MOST_ENTRIES", 3)
    assert hides(root, None, "in")
    assert not hides(root, None, "in/people-1.csv")


NAMES = st.text("xy?*", max_size=4)
PATHS = st.lists(st.sampled_from(["x", "y", "*", "**"]), max_size=4)


@drawn(150)
@given(NAMES, NAMES)
def test_names_meet_exactly_where_a_name_matches_both(one: str, other: str):
    texts = ("".join(text) for size in range(7) for text in product("xy", repeat=size))
    assert _same_name(one, other) is any(
        fnmatchcase(text, one) and fnmatchcase(text, other) for text in texts
    )


@drawn(150)
@given(PATHS, PATHS)
def test_paths_meet_exactly_where_a_path_is_at_or_below_both(one: list[str], other: list[str]):
    def matches(path: tuple[str, ...], pattern: list[str]) -> bool:
        if not pattern:
            return True  # at, or below
        if pattern[0] == "**":
            return any(matches(path[i:], pattern[1:]) for i in range(len(path) + 1))
        return bool(path) and fnmatchcase(path[0], pattern[0]) and matches(path[1:], pattern[1:])

    paths = (path for size in range(7) for path in product("xy", repeat=size))
    expected = any(matches(path, one) and matches(path, other) for path in paths)
    assert _overlap(tuple(one), tuple(other)) is expected


def test_a_pattern_of_many_meets_nothing_too():
    assert _meet("*", "", "*", str.__eq__)
    assert not _meet("x", "", "*", str.__eq__)
