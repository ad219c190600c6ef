"""Owners who have a webhook get what concerns their tables, and everybody gets the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spectra_gx.contract.model import Table
from spectra_gx.errors import ExternalServiceError
from spectra_gx.runner.alerts.routing import EVERYBODY, MOST_ROUTES
from tests.fakes.notifier import FakeNotifier
from tests.fakes.runs import CONTRACT, rule, run, stage, table
from tests.unit.runner.alerts.test_silencing import Days

CRASHED = ExternalServiceError("`GET /project/details` answered 500")
ADA, BOB = "Ada's team", "Bob's team"


class Mailboxes(FakeNotifier):
    """Delivers to all but some owners."""

    def __init__(self):
        super().__init__()
        self.broken: set[str] = set()

    def notify(self, message, *, share=1):
        super().notify(message, share=share)
        return "failed" if message.owner in self.broken else "sent"


class Owned(Days):
    """Table `a` is Ada's, `b` is Bob's, all others the contract's owner's."""

    def __init__(self, *owners, **policy):
        super().__init__(owners=owners, **policy)
        self.notifier = Mailboxes()

    def run(self, result, outcome="sent", **options):
        owners = {"a": ADA, "b": BOB}
        names = [one.table for one in result.stage.tables] if result.stage else []
        declared = tuple(Table(name, (), (), owner=owners.get(name)) for name in names)
        return super().run(
            replace(result, contract=replace(CONTRACT, tables=declared)), outcome, **options
        )

    def parts(self, *results):
        """Return what the last of some runs sent: owner → kind and failing rules."""
        for result in results:
            before = len(self.notifier.sent)
            self.run(result)
        return {
            message.owner: (message.kind, [name for name, *_ in message.failing])
            for message in self.notifier.sent[before:]
        }

    @property
    def recorded(self):
        return self.log.runs("run")[-1]["notification"]


def failing(*names, **facts):
    """Return a run of tables a, b and c, in which these rules fail."""
    tables = [
        table(
            letter,
            [
                rule(f"{letter}{n}", "failed" if f"{letter}{n}" in names else "passed")
                for n in (1, 2)
            ],
        )
        for letter in "abc"
    ]
    return run(stage(*tables), **facts)


FINE = failing()


def test_each_owner_hears_of_their_own_tables():
    days = Owned(ADA, BOB)
    found = days.parts(failing("a1", "a2", "b1", "c1"))
    assert found == {
        ADA: ("first", ["a1", "a2"]),
        BOB: ("first", ["b1"]),
        EVERYBODY: ("first", ["c1"]),
    }
    for message in days.notifier.sent:
        assert message.tables.keys() == {name[0] for name, *_ in message.failing}
        assert message.elsewhere + len(message.failing) == 4
        assert message.trouble == "failure"
    assert days.recorded == "sent"


def test_owners_without_a_webhook_share_the_rest():
    assert Owned(ADA).parts(failing("a1", "b1", "c1")) == {
        ADA: ("first", ["a1"]),
        EVERYBODY: ("first", ["b1", "c1"]),
    }
    assert Owned().parts(failing("a1", "b1")) == {EVERYBODY: ("first", ["a1", "b1"])}


def test_the_owner_of_the_contract_hears_of_errors_and_of_tables_without_one():
    days = Owned(CONTRACT.owner, ADA)
    assert days.parts(failing("a1", "c1")) == {
        ADA: ("first", ["a1"]),
        CONTRACT.owner: ("first", ["c1"]),
    }
    assert days.parts(run(None, error=CRASHED)) == {CONTRACT.owner: ("changed", [])}


def test_a_change_is_for_those_whose_tables_changed():
    days = Owned(ADA, BOB)
    assert days.parts(failing("a1"), failing("a1", "b1")) == {BOB: ("changed", ["b1"])}
    assert days.parts(failing("a1", "b2")) == {BOB: ("changed", ["b2"])}
    assert days.parts(failing("b2")) == {ADA: ("changed", [])}
    assert days.notifier.sent[-1].resolved == ("a1",)


def test_the_end_goes_where_the_trouble_was_reported():
    days = Owned(ADA, BOB)
    days.parts(failing("a1"), failing("a1", "b1"))
    assert days.parts(FINE) == {ADA: ("recovery", []), BOB: ("recovery", [])}
    assert days.parts(FINE) == {}


def test_a_success_goes_to_everybody():
    assert Owned(ADA, success=True).parts(FINE) == {EVERYBODY: ("success", [])}


def test_lost_rows_are_their_tables_owners():
    lost = replace(table("a", [rule("a1")]), quarantined=3)
    days = Owned(ADA)
    assert days.parts(run(stage(lost, table("b", [rule("b1")])))) == {ADA: ("first", [])}
    assert days.notifier.sent[-1].quarantined == {"a": 3}


@pytest.mark.parametrize("lost", [ADA, EVERYBODY])
def test_who_was_not_reached_hears_it_from_the_next_run_and_others_do_not_again(lost):
    days = Owned(ADA)
    broken = failing("a1", "b1")
    days.notifier.broken = {lost}
    assert {*days.parts(broken)} == {ADA, EVERYBODY}
    assert days.recorded == "failed"
    assert {*days.parts(broken)} == {lost}
    assert days.recorded == "failed"
    days.notifier.broken = set()
    assert {*days.parts(broken)} == {lost}
    assert (days.recorded, days.parts(broken)) == ("sent", {})
    assert {*days.parts(FINE)} == {ADA, EVERYBODY}


def test_an_end_that_did_not_reach_everyone_is_sent_to_the_others_again():
    days = Owned(ADA)
    days.parts(failing("a1", "b1"))
    days.notifier.broken = {ADA}
    assert {*days.parts(FINE)} == {ADA, EVERYBODY}
    days.notifier.broken = set()
    assert days.parts(FINE) == {ADA: ("recovery", [])}
    assert days.parts(FINE) == {}


def test_a_run_sends_few_messages_however_many_owners_there_are():
    names = [f"t{n}" for n in range(30)]
    owners = [f"team {n}" for n in range(30)]
    tables = [table(name, [rule(f"{name}.x", "failed")]) for name in names]
    days = Owned(*owners)
    declared = tuple(
        Table(name, (), (), owner=owner) for name, owner in zip(names, owners, strict=True)
    )
    result = replace(run(stage(*tables)), contract=replace(CONTRACT, tables=declared))
    Days.run(days, result)
    sent = days.notifier.sent
    assert len(sent) == MOST_ROUTES
    assert sorted(name for one in sent for name, *_ in one.failing) == sorted(
        f"{name}.x" for name in names
    )


def test_what_is_muted_is_in_nobodys_part():
    days = Owned(ADA, BOB)
    days.mute("a", 9)
    assert days.parts(failing("a1", "b1")) == {BOB: ("first", ["b1"])}
