"""Which owner gets which part of a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from spectra_gx.runner.alerts.messages import FAILED, NOT_CONFIGURED, SENT, TIMED_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.alerts.messages import Message
    from spectra_gx.runner.ports import Notifier
    from spectra_gx.runner.run_result import RunResult

_Fact = TypeVar("_Fact")

Route = str
"""An owner who has a webhook, or `EVERYBODY`."""

EVERYBODY: Route = ""
"""Who gets what no owner with a webhook answers for."""

MOST_ROUTES = 10
"""Messages of one run; what would be more goes to everybody."""

KNOWN = "unchanged"
"""What became of a part that says nothing new to its owner."""


def owners_of(contract: StageContract) -> frozenset[str]:
    """Return who answers for a contract and its tables."""
    return frozenset({contract.owner, *(table.owner for table in contract.tables if table.owner)})


def split_message(
    message: Message, run: RunResult, owners: Collection[str], notified: Iterable[Route]
) -> dict[Route, Message]:
    """Return the parts of a message by their routes; without such owners, the message alone.

    Args:
        message: The message about the whole stage.
        run: The run that it is about.
        owners: Owners who have a webhook.
        notified: Routes that the last message took; that a problem is over goes to them.
    """
    if message.kind == "success" or not owners:
        return {EVERYBODY: message}
    if message.kind == "recovery":
        routes = [route for route in notified if route in owners or route == EVERYBODY]
        return {route: replace(message, owner=route) for route in routes or [EVERYBODY]}
    answerable = _Answerable(run, owners)
    concerned = dict.fromkeys(answerable.concerned(message))
    kept = [*concerned][:MOST_ROUTES]
    if len(concerned) > MOST_ROUTES:
        kept = [EVERYBODY, *(route for route in kept if route != EVERYBODY)][:MOST_ROUTES]
    if not concerned:
        return {answerable.stage: replace(message, owner=answerable.stage)}
    return {route: answerable.part(message, route, kept) for route in kept}


def send_parts(
    parts: Mapping[Route, Message], notifier: Notifier, missed: Collection[Route]
) -> tuple[str, dict[Route, str]]:
    """Send the parts that say something new; return the outcome of all, and of each route.

    Args:
        parts: The parts.
        notifier: What sends them.
        missed: If not empty, the only routes that do not know all this.
    """
    news = {
        route: part
        for route, part in parts.items()
        if (route in missed if missed else _is_news(part, parts.values()))
    }
    outcomes = dict.fromkeys(parts, KNOWN)
    for sent, (route, part) in enumerate(news.items()):
        outcomes[route] = notifier.notify(part, share=len(news) - sent)
    found = [outcomes[route] for route in news]
    worst = next(one for one in (FAILED, TIMED_OUT, SENT, NOT_CONFIGURED) if one in found)
    return worst, outcomes


def _is_news(part: Message, parts: Collection[Message]) -> bool:
    """Return whether a part of a change has some of what changed; what has no rules, all have."""
    if part.kind != "changed" or not any(one.newly_failing or one.resolved for one in parts):
        return True
    return bool(part.newly_failing or part.resolved)


class _Answerable:
    """Who answers for the tables and rules of a run, among the owners who have a webhook."""

    def __init__(self, run: RunResult, owners: Collection[str]) -> None:
        self.stage = self._route(run.contract.owner, owners)
        self._tables = {
            table.name: self._route(table.owner or run.contract.owner, owners)
            for table in run.contract.tables
        }
        checked = run.stage.tables if run.stage else ()
        self._rules = {
            rule.id: self._tables.get(table.table, self.stage)
            for table in checked
            for rule in table.rules
        }

    @staticmethod
    def _route(owner: str, owners: Collection[str]) -> Route:
        return owner if owner in owners else EVERYBODY

    def concerned(self, message: Message) -> Iterable[Route]:
        """Yield the routes of what a message is about; the first is the stage's, if it is."""
        if message.error or message.failed_calls:
            yield self.stage
        yield from (self._of_rule(rule) for rule, *_ in message.failing)
        yield from map(self._of_rule, message.resolved)
        for table in (*(message.tables or ()), *(message.quarantined or ())):
            yield self._tables.get(table, self.stage)

    def part(self, message: Message, route: Route, routes: Sequence[Route]) -> Message:
        """Return what of a message is a route's; everybody gets what has none of the routes."""

        def is_mine(own: Route) -> bool:
            return own == route or (route == EVERYBODY and own not in routes)

        failing = [rule for rule in message.failing if is_mine(self._of_rule(rule[0]))]
        return replace(
            message,
            owner=route,
            failing=tuple(failing),
            elsewhere=len(message.failing) - len(failing),
            newly_failing=[one for one in message.newly_failing if is_mine(self._of_rule(one))],
            resolved=tuple(one for one in message.resolved if is_mine(self._of_rule(one))),
            tables=self._of_tables(message.tables, is_mine),
            quarantined=self._of_tables(message.quarantined, is_mine),
            pages=self._of_tables(message.pages, is_mine),
            failed_calls=message.failed_calls if is_mine(self.stage) else (),
        )

    def _of_tables(
        self, facts: Mapping[str, _Fact] | None, is_mine: Callable[[Route], bool]
    ) -> dict[str, _Fact] | None:
        if facts is None:
            return None
        routes = {table: self._tables.get(table, self.stage) for table in facts}
        return {table: fact for table, fact in facts.items() if is_mine(routes[table])}

    def _of_rule(self, rule: str) -> Route:
        return self._rules.get(rule, self.stage)
