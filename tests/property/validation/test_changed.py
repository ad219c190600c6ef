"""Checking only what was added finds what checking everything finds, whatever became of a table."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.contract.checking import contract_of
from tests.drawing import drawn
from tests.property.validation.shops import Shop


def contract_with(least: int, where: str, mostly: float):
    """Return a contract whose row rules may mean something else the next time."""
    return contract_of(f"""
        shop.orders:
          rows: {{max: 12}}
          extra_columns: allow
          columns:
            id: {{type: long, unique: true}}
            a: {{type: long, required: true, min: {least}}}
            s: {{type: string, pattern: "^[a-c]*$", max_length: 3}}
            p: {{type: string, enum: [x, y]}}
          rules:
            - {{id: pair, compare: a <= id}}
            - {{id: some, column: a, max: 7, where: "{where}"}}
            - {{id: most, column: a, above: 2, mostly: {mostly}}}
            - {{id: query, sql: "SELECT id FROM {{table}} GROUP BY id HAVING count(*) > 2"}}
    """)


CONTRACTS = st.builds(
    contract_with,
    st.sampled_from([0, 2]),
    st.sampled_from(["s <> 'a'", "id > 3"]),
    st.sampled_from([0.5, 1.0]),
)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.none() | st.integers(0, 9) | st.integers(2, 5),
        st.sampled_from(["a", "ab", "abc", "abcd", "z", None]),
        st.sampled_from(["x", "x", "y", "w y", None]),
    ),
    min_size=1,
    max_size=4,
)
GOOD = st.lists(
    st.tuples(st.integers(18, 40), st.integers(2, 5), st.just("ab"), st.just("x")), max_size=3
)
HAPPENINGS = (
    *("delete", "update", "merge", "compact", "sort", "restore", "vacuum", "set_property"),
    *("add_column", "forget", "recreate", "forge"),
)
STEPS = st.one_of(
    st.tuples(st.just("append"), GOOD),
    st.tuples(st.just("append"), GOOD | ROWS),
    st.tuples(st.just("overwrite"), ROWS),
    st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 9)),
)
HISTORIES = st.lists(
    st.tuples(STEPS, CONTRACTS | st.none(), st.booleans(), st.booleans()), min_size=1, max_size=4
)


def findings(result):
    """Return what may not differ."""
    return {
        rule.id: (rule.status, rule.unexpected, rule.observed, rule.sample)
        for rule in result.all_rules()
    }


@drawn(5)
@given(HISTORIES, st.booleans())
def test_what_changed_is_judged_as_everything_is(history, partitioned):
    with tempfile.TemporaryDirectory() as root:
        shop = Shop(Path(root), partitioned=partitioned)
        shop.append([(20, 3, "ab", "x"), (21, 4, "abc", "y")])
        contract = contract_with(2, "s <> 'a'", 1.0)
        shop.record(contract, shop.validate(contract))
        for (what, how), other, is_recorded, as_changed in history:
            shop.happens(what, how)
            contract = other or contract
            whole, changed = shop.validate(contract), shop.changed(contract)
            assert findings(changed) == findings(whole)
            assert changed.verdict == whole.verdict
            assert [one.rows for one in changed.tables] == [one.rows for one in whole.tables]
            if is_recorded:
                shop.record(contract, changed if as_changed else whole)
