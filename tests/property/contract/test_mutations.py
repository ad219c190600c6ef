"""Contracts broken as a hand breaks them; `python -m benchmarks.mutations` breaks 10,000."""

from benchmarks.mutations import MUTATIONS, SOURCES, mutate


def test_any_slip_gives_a_contract_or_a_place():
    outcome = mutate(300)
    assert outcome.failures == []
    assert outcome.valid + outcome.refused == 300
    assert min(outcome.valid, outcome.refused) > 10
    assert len(outcome.kinds) == len(MUTATIONS)
    assert len(SOURCES) >= 4
