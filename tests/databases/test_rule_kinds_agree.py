"""Every case of every kind of rule on each database: what Delta tables give, or why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.rules.kinds import Position
from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.contract.order_cases import CASES
from tests.databases.places import PLACES, REFUSED, moved_to

if TYPE_CHECKING:
    from spectra_gx.validation.results import RuleResult

PARENTS = "shop.parents:\n  columns:\n    a: {type: string}\n    b: {type: long}\n"
CONTRACT = contract_of(PARENTS + "\n".join(case.yaml for case in CASES))
KIND_OF = {rule.id: rule.kind for rule in CONTRACT.rules()}


@dataclass(frozen=True)
class Both:
    """What the same tables give as Delta and in a database."""

    expected: dict[str, RuleResult]
    found: dict[str, RuleResult]

    @property
    def errored(self) -> set[str]:
        """Rules that the database alone refuses."""
        return {
            rule
            for rule, one in self.found.items()
            if one.status == "errored" != self.expected[rule].status
        }


@pytest.fixture(scope="module", params=["good", "bad"])
def delta(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp(request.param)
    store(root, "shop.parents", {"a": "string", "b": "long"}, [("a", 1), ("b", 1)])
    for case in CASES:
        store(root, case.table, case.columns, case.rows(getattr(case, request.param)))
    return root, outcomes(validate_here(CONTRACT, root))


@pytest.fixture(scope="module", params=PLACES)
def both(request: pytest.FixtureRequest, delta, tmp_path_factory: pytest.TempPathFactory):
    root, expected = delta
    with PLACES[request.param](tmp_path_factory.mktemp(request.param)) as place:
        found = outcomes(validate_here(moved_to(place, CONTRACT, root), root))
    return request.param, Both(expected, found)


def test_nothing_but_what_is_listed_is_errored_and_all_else_is_the_same(both) -> None:
    name, results = both
    differing = {
        rule: (found, results.expected[rule])
        for rule, found in results.found.items()
        if found != results.expected[rule] and rule not in results.errored
    }
    assert differing == {}
    reasons = {rule: results.found[rule].message for rule in results.errored}
    unlisted = {
        rule: reason
        for rule, reason in reasons.items()
        if not any(listed in reason for listed in REFUSED[name])
    }
    assert unlisted == {}
    assert {str(results.found[rule].cause) for rule in results.errored} <= {"unsupported"}


def test_few_kinds_of_rules_are_errored(both) -> None:
    name, results = both
    kinds = {kind.key for kind in CATALOGUE if Position.EVERY_STAGE not in kind.positions}
    cases = Counter(KIND_OF[rule] for rule in results.found if rule in KIND_OF)
    refused = Counter(KIND_OF[rule] for rule in results.errored)
    whole = {kind for kind in kinds if cases[kind] and refused[kind] == cases[kind]}
    assert len(whole) <= PLACES[name].most_errored * len(kinds), whole
