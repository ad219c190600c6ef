"""How names of an ODCS file stand in a contract's SQL."""

from __future__ import annotations

import pytest

from spectra_gx.interop.odcs.name_map import NameMap, TableNames


@pytest.mark.parametrize("column", ["amount", 'in "quotes"', r"back\slash \1 \g<0>"])
def test_a_property_is_named_as_it_is(column: str) -> None:
    names = NameMap([TableNames("shop.a", [column])], {})
    quoted = column.replace('"', '""')

    query = names.in_sql("select max({property}) from {object};", "shop.a", column)

    assert query == f'select max("{quoted}") from {{table}}'
