"""Whatever is muted and when, people know what fails as soon as nothing of it is muted."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.drawing import drawn
from tests.fakes.runs import NOW
from tests.unit.runner.alerts.test_silencing import Days, tables

RULES = ("a1", "a2", "b1")
NAMES = (None, "a", "b", "a2")

runs = st.sets(st.sampled_from(RULES)).map(lambda failing: ("run", frozenset(failing)))
mutes = st.tuples(st.just("mute"), st.tuples(st.sampled_from(NAMES), st.integers(0, 4)))
unmutes = st.tuples(st.just("unmute"), st.sampled_from(NAMES))


def covers(name: str | None, rule: str) -> bool:
    return name in (None, rule, rule[0])


@drawn(40, many=2000)
@given(st.lists(st.one_of(runs, runs, mutes, unmutes), min_size=3, max_size=25))
def test_what_is_not_muted_is_known(steps):
    days = Days()
    counting: dict[str | None, tuple[object, int]] = {}
    known: frozenset[str] = frozenset()
    for what, given_ in steps:
        if what == "mute":
            name, length = given_
            counting[name] = (days.mute(name, length), days.day + length)
        elif what == "unmute" and given_ in counting:
            days.unmute(counting.pop(given_)[0])
        elif what == "run":
            before = len(days.notifier.sent)
            days.run(tables(**{name: "failed" if name in given_ else "passed" for name in RULES}))
            # A mute counts to the end of its day.
            today = (NOW + timedelta(days=days.day)).date()
            counting = {
                name: kept
                for name, kept in counting.items()
                if today <= (NOW + timedelta(days=kept[1])).date()
            }
            silent = {rule for rule in RULES if any(covers(name, rule) for name in counting)}
            for message in days.notifier.sent[before:]:
                listed = {name for name, *_ in message.failing}
                assert not listed & silent
                known = frozenset() if message.kind == "recovery" else frozenset(listed)
            if None not in counting:
                assert known - silent == given_ - silent
            if not counting and before < len(days.notifier.sent):
                assert known == given_
