"""Every kind of change has a pair of contracts, and the pair gives that change and no other."""

from __future__ import annotations

import re

import pytest

from spectra_gx.contract.model import Severity
from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.review.change import Bump, Direction, Party
from spectra_gx.review.change_kinds import CHANGES, WITHOUT_BUMP
from spectra_gx.review.compare.kind_comparers import comparer_of
from tests.unit.review.change_pairs import CHANGES as FOLDER
from tests.unit.review.change_pairs import reviewed, sources

ALSO = {"masking-dropped": "rule-removed"}
"""Kinds that never come alone."""

BACK = {
    "column-added": {Direction.BOTH},  # without it, the column in the data is an extra one
    "column-removed": {Direction.TIGHTENS},
    "masking-dropped": set(),  # masking is a rule that is added
}
"""Kinds that are not the opposite when they are taken back."""

OPPOSITES = {Direction.TIGHTENS: Direction.LOOSENS, Direction.LOOSENS: Direction.TIGHTENS}


def test_every_kind_has_a_pair_and_every_pair_a_kind():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(CHANGES)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_pair_gives_its_change(kind):
    review = reviewed(*sources(kind))
    found = [change for change in review.changes if change.id != ALSO.get(kind)]
    assert [change.id for change in found] == [kind]
    (change,) = found
    known = CHANGES[kind]
    assert (change.direction, change.severity) == (known.direction, known.severity)
    assert change.hurts == known.hurts
    longest = max(text.count(b"\n") for text in sources(kind))
    assert 1 <= change.place.line <= longest
    assert re.fullmatch(r"[^`\n]*(`[^`\n]+`[^`\n]*)*(?<!\.)", change.message)


@pytest.mark.parametrize("kind", [kind for kind in CHANGES if kind != "contract-mended"])
def test_taking_it_back_is_the_opposite(kind):
    old, new = sources(kind)
    there = {change.direction for change in reviewed(old, new).changes if change.id == kind}
    back = {change.direction for change in reviewed(new, old).changes}
    wanted = BACK.get(kind, {OPPOSITES.get(direction, direction) for direction in there})
    assert wanted <= back


@pytest.mark.parametrize("kind", CHANGES)
def test_nothing_changes_between_a_contract_and_itself(kind):
    for text in sources(kind):
        if text and kind != "contract-mended":
            assert reviewed(text, text).contracts == ()


HARM = {
    Direction.TIGHTENS: (Party.PRODUCER,),
    Direction.LOOSENS: (Party.CONSUMER,),
    Direction.BOTH: (Party.PRODUCER, Party.CONSUMER),
    Direction.UNDETERMINED: (),
    Direction.NONE: (),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_harm_and_version_follow_from_the_direction(kind):
    known = CHANGES[kind]
    if kind == "need-removed":  # less is asked of another stage: nobody is hurt
        assert (known.hurts, known.severity) == ((), Severity.INFO)
        return
    assert known.hurts == HARM[known.direction]
    required = reviewed(*sources(kind)).required
    if kind in WITHOUT_BUMP:
        assert required is Bump.NONE
    elif kind == "column-type-widened":
        assert required is Bump.MINOR
    elif Party.CONSUMER in known.hurts or kind == "masking-dropped":
        assert required is Bump.MAJOR
    else:
        assert required is (Bump.PATCH if known.direction is Direction.NONE else Bump.MINOR)


def test_ids_are_kebab_case_and_purposes_are_sentences():
    for kind in CHANGES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.id)
        assert re.fullmatch(r"[A-Z][^`\n]+\.", kind.purpose)


def test_every_rule_kind_is_compared():
    assert all(callable(comparer_of(kind.key)) for kind in CATALOGUE)
