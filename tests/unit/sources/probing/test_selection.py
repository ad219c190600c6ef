"""Which endpoints a day probes: fair to categories and endpoints, decided by the day alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra_gx.sources.probing.probe_rules import ProbeClass, ProbeRule
from spectra_gx.sources.probing.selection import DAYS, choose_endpoints
from spectra_gx.sources.source import Endpoint
from spectra_gx.sources.zephyr.catalogue import load_catalogue
from tests.drawing import drawn

PROBED = (ProbeClass.PLAIN, ProbeClass.WITH_IDS)


def endpoint(
    number: int, category: str, kind: ProbeClass = ProbeClass.PLAIN, method: str = "GET"
) -> Endpoint:
    path = f"/{number}"
    return Endpoint(
        path, path, method, category, "", True, False, (), (), path, probe=ProbeRule(kind)
    )


@st.composite
def catalogues(draw: st.DrawFn) -> list[Endpoint]:
    kinds = st.sampled_from([*ProbeClass, *PROBED, *PROBED])
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from("abcdef"), kinds, st.sampled_from(["GET"] * 4 + ["POST"])),
            max_size=60,
        )
    )
    return [endpoint(number, *row) for number, row in enumerate(rows)]


@drawn(100)
@given(catalogues(), st.integers(0, 50), st.dates())
def test_each_category_every_day_and_each_endpoint_within_a_week(rows, limit, first):
    assume(first.toordinal() + DAYS < date.max.toordinal())
    probed = [row for row in rows if row.http_method == "GET" and row.probe.probe_class in PROBED]
    days = [first + timedelta(days=n) for n in range(DAYS)]
    chosen = [choose_endpoints(rows, day, limit) for day in days]

    for one in chosen:
        assert len(one) == len({row.key for row in one}) == min(limit, len(probed))
        assert [row for row in rows if row in one] == list(one), "the catalogue's order"
        assert {row.key for row in one} <= {row.key for row in probed}
    categories = {row.category for row in probed}
    if limit >= len(categories):
        assert all({row.category for row in one} == categories for one in chosen)
    if DAYS * (limit - len(categories)) >= len(probed):
        assert {row.key for one in chosen for row in one} == {row.key for row in probed}
    assert chosen == [choose_endpoints(rows, day, limit) for day in days]


def test_the_default_is_enough_for_the_shipped_catalogue():
    rows = load_catalogue().endpoints
    probed = {row.key for row in rows if row.is_probed}
    days = [date(2026, 11, 21) + timedelta(days=n) for n in range(DAYS)]
    chosen = [choose_endpoints(rows, day, 40) for day in days]
    assert {row.key for one in chosen for row in one} == probed
    assert len(probed) == 54
    assert len({row.category for row in chosen[0]}) == 13


@pytest.mark.parametrize("limit", [0, 1, None])
def test_none_one_or_all_are_probed(limit):
    rows = [endpoint(number, "a") for number in range(3)]
    chosen = choose_endpoints(rows, date(2026, 11, 21), limit)
    assert len(chosen) == (3 if limit is None else limit)
