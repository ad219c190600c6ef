"""Every case of every kind of rule on each database: what Delta tables give, or why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.rules.kinds import Position
from tests.contract.checking import is_alike, outcomes, validate_here
from tests.databases.places import PLACES, REFUSED, moved_to, validated
from tests.databases.suites import SUITES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.results import RuleResult


@dataclass(frozen=True)
class Compared:
    """What the same tables give as Delta and in a database."""

    name: str
    contract: StageContract
    expected: Mapping[str, RuleResult]
    found: Mapping[str, RuleResult]

    @property
    def refused(self) -> Mapping[str, str]:
        """Rule → why the database alone cannot answer it."""
        return {
            rule: one.message
            for rule, one in self.found.items()
            if one.status == "errored" != self.expected[rule].status
        }

    def differing(self) -> Iterator[str]:
        """Yield rules with another answer."""
        for rule, found in self.found.items():
            expected = self.expected[rule]
            if expected.status == found.status == "errored":
                continue  # each engine has words of its own for what it cannot calculate
            if not is_alike(found, expected) and rule not in self.refused:
                yield f"{rule}: {found.to_dict()} and not {expected.to_dict()}"


@pytest.fixture(scope="module", params=[(s, w) for s in SUITES for w in ("good", "bad")], ids=str)
def delta(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    suite, which = request.param
    contract, put = SUITES[suite](which)
    root = tmp_path_factory.mktemp(f"{suite}-{which}")
    put(root)
    return contract, root, outcomes(validate_here(contract, root))


@pytest.mark.parametrize("name", PLACES)
def test_what_is_not_listed_as_refused_is_the_same(
    name: str, delta, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contract, root, expected = delta
    with PLACES[name](tmp_path_factory.mktemp(name)) as place:
        moved = moved_to(place, contract, root)
        compared = Compared(name, contract, expected, validated(moved, root))

    assert [*compared.differing()] == []
    unlisted = {
        rule: message
        for rule, message in compared.refused.items()
        if not any(listed in message for listed in REFUSED[name])
    }
    assert unlisted == {}
    _few_kinds_are_refused(compared, PLACES[name].most_errored)


def _few_kinds_are_refused(compared: Compared, most: float) -> None:
    kinds = {kind.key for kind in CATALOGUE if Position.EVERY_STAGE not in kind.positions}
    kind_of = {rule.id: rule.kind for rule in compared.contract.rules()}
    cases = Counter(kind_of.values())
    refused = Counter(kind_of[rule] for rule in compared.refused)
    whole = {kind for kind, count in cases.items() if refused[kind] == count}
    assert len(whole) <= most * len(kinds), whole
