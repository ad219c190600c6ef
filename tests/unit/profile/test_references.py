"""Which columns may refer to which keys, and which way."""

from __future__ import annotations

import pytest

from spectra_gx.profile.column_profile import ColumnProfile, TableProfile
from spectra_gx.profile.references import find_references


def column(name, *, low=1, high=100, distinct=50, rows=1000, kind="long", **facts):
    return ColumnProfile(name, kind, rows, 0, distinct=distinct, low=low, high=high, **facts)


def table(name, *columns, key=()):
    return TableProfile(name, columns[0].rows, columns, key)


def found(*tables, missing=0):
    references = find_references(tables, tables, lambda *_: missing)
    return {
        (child, *one.columns, one.table, *one.to)
        for child, ones in references.items()
        for one in ones
    }


CUSTOMERS = table("s.customers", column("id", distinct=100, rows=100), key=("id",))


@pytest.mark.parametrize(
    "name", ["customer_id", "customerId", "customer", "billing_customer", "CUSTOMER ID"]
)
def test_a_name_that_says_so_is_evidence(name):
    orders = table("s.orders", column(name), column("order_id", distinct=1000), key=("order_id",))
    assert found(CUSTOMERS, orders) == {("s.orders", name, "s.customers", "id")}


def test_the_layer_of_a_table_is_none_of_its_name():
    customers = table("s.dim_customer", column("id", distinct=100, rows=100), key=("id",))
    orders = table("s.fct_orders", column("customer_id"))
    assert found(customers, orders) == {("s.fct_orders", "customer_id", "s.dim_customer", "id")}


@pytest.mark.parametrize("name", ["size", "id", "customers", "n_customer", "customer_count", "no"])
def test_small_numbers_with_other_names_refer_to_nothing(name):
    orders = table("s.orders", column(name), column("order_id", distinct=1000), key=("order_id",))
    assert found(CUSTOMERS, orders) == set()


def test_numbers_that_are_spread_widely_need_no_name():
    sparse = table("s.things", column("id", high=10**12, distinct=99, rows=100), key=("id",))
    others = table("s.others", column("thing", high=10**11), column("x", high=10**13))
    assert found(sparse, others) == {("s.others", "thing", "s.things", "id")}
    unnamed = table("s.others", column("what", high=10**11))
    assert found(sparse, unnamed) == {("s.others", "what", "s.things", "id")}


def test_texts_need_to_be_many_and_long():
    codes = table("s.codes", column("code", kind="string", low="A", high="Z"), key=("code",))
    for distinct, shortest, refers in ((20, 3, True), (19, 3, False), (20, 2, False)):
        own = column("what", kind="string", low="B", high="Y", distinct=distinct, shortest=shortest)
        assert bool(found(codes, table("s.t", own))) is refers


def test_an_extension_refers_to_what_it_extends():
    details = table("s.details", column("customer_id", rows=100), key=("customer_id",))
    assert found(CUSTOMERS, details) == {("s.details", "customer_id", "s.customers", "id")}
    customers = table("s.customers", column("customer_id", rows=100), key=("customer_id",))
    extra = table("s.customer_details", column("customer_id", rows=100), key=("customer_id",))
    assert found(customers, extra) == {
        ("s.customer_details", "customer_id", "s.customers", "customer_id")
    }


def test_a_table_may_refer_to_itself():
    people = table("s.people", column("id"), column("parent_id"), column("other"), key=("id",))
    assert found(people) == {("s.people", "parent_id", "s.people", "id")}


def test_a_key_of_several_columns_needs_their_names():
    weather = table("s.weather", column("origin"), column("hour"), key=("origin", "hour"))
    flights = table("s.flights", column("hour"), column("origin"), column("nr"))
    assert found(weather, flights) == {
        ("s.flights", "origin", "hour", "s.weather", "origin", "hour")
    }
    assert found(weather, table("s.flights", column("hour"), column("from"))) == set()


def test_what_many_rows_break_is_no_reference():
    orders = table("s.orders", column("customer_id"))
    assert found(CUSTOMERS, orders, missing=10) != set()
    assert found(CUSTOMERS, orders, missing=11) == set()
    unnamed = table("s.orders", column("what", high=10**11))
    sparse = table("s.things", column("id", high=10**12, rows=100), key=("id",))
    assert found(sparse, unnamed, missing=1) == set()
