"""Compare what stages agree on: guarantees, handoff, needs, environments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.durations import duration
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.model import Environment, Guarantee, OnFailure, Place, Rule, StageContract
from spectra_gx.review.change import Change, Direction
from spectra_gx.review.compare.rule_changes import compare_rules
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.compare.version_pair import ContractVersion, VersionPair

_NEED_NOUNS = ("stage", "table", "column")
_NEED_KEYS = ("consumes", "tables", "columns")


def compare_agreements(versions: VersionPair) -> Iterator[Change]:
    """Yield the differences between the agreements of two versions with other stages."""
    yield from _guarantees(versions)
    yield from _handoff(versions)
    yield from _on_failure(versions)
    yield from _consumes(versions)
    yield from _environments(versions)


# -- guarantees ------------------------------------------------------------------------------------


def _guarantees(versions: VersionPair) -> Iterator[Change]:
    before = {item.id: item for item in versions.old.contract.guarantees}
    after = {item.id: item for item in versions.new.contract.guarantees}
    for name, guarantee in after.items():
        at = _guarantee_place(versions.new, name)
        path = f"guarantees.{name}"
        if name not in before:
            message = f"guarantee {quote_name(name)} was added"
            yield versions.change("guarantee-added", path, message, at)
            continue
        yield from _guarantee(versions, before[name], guarantee, path, at)
    for name in before:
        if name not in after:
            message = f"guarantee {quote_name(name)} was removed"
            at = _guarantee_place(versions.old, name)
            yield versions.change("guarantee-removed", f"guarantees.{name}", message, at)


def _guarantee(
    versions: VersionPair, before: Guarantee, after: Guarantee, path: str, at: Place
) -> Iterator[Change]:
    for proof in dict.fromkeys(after.proven_by):
        if proof not in before.proven_by:
            message = f"guarantee {quote_name(after.id)} is also proven by {quote_name(proof)}"
            yield versions.change("guarantee-proof-added", path, message, at, rule=proof)
    for proof in dict.fromkeys(before.proven_by):
        if proof not in after.proven_by:
            message = f"guarantee {quote_name(after.id)} is no longer proven by {quote_name(proof)}"
            yield versions.change("guarantee-proof-removed", path, message, at, rule=proof)
    if before.says != after.says:
        message = f"guarantee {quote_name(after.id)} was reworded"
        yield versions.change("guarantee-reworded", path, message, at)


def _guarantee_place(side: ContractVersion, name: str) -> Place:
    index = [item.id for item in side.contract.guarantees].index(name)
    return side.first_place(side.key("guarantees", index))


# -- handoff ---------------------------------------------------------------------------------------


def _handoff(versions: VersionPair) -> Iterator[Change]:
    before, after = versions.old.contract.handoff, versions.new.contract.handoff
    there = versions.new.first_place(versions.new.key("handoff"))
    if before is None or after is None:
        if after is not None:
            message = f"the handoff to {quote_name(after.to)} was added"
            yield versions.change("handoff-added", "handoff", message, there)
        if before is not None:
            message = f"the handoff to {quote_name(before.to)} was removed"
            at = versions.old.first_place(versions.old.key("handoff"))
            yield versions.change("handoff-removed", "handoff", message, at)
        return
    if before.to != after.to:
        message = f"the handoff goes to {quote_name(after.to)}, was {quote_name(before.to)}"
        at = versions.new.first_place(versions.new.key("handoff", "to"))
        yield versions.change("handoff-target-changed", "handoff.to", message, at)
    there = versions.new.first_place(versions.new.key("handoff", "requires"), there)
    for added, one, other in ((True, after, before), (False, before, after)):
        for rule in dict.fromkeys(one.requires):
            if rule not in other.requires:
                kind = "handoff-requirement-" + ("added" if added else "removed")
                verb = "also requires" if added else "no longer requires"
                path = f"handoff.requires.{rule}"
                yield versions.change(
                    kind, path, f"the handoff {verb} {quote_name(rule)}", there, rule=rule
                )
    yield from _handoff_age(versions, before.max_age, after.max_age)


def _handoff_age(versions: VersionPair, before: str | None, after: str | None) -> Iterator[Change]:
    if before == after or (before and after and duration(before) == duration(after)):
        return
    narrowed = before is None or (after is not None and duration(after) < duration(before))
    kind = "handoff-age-narrowed" if narrowed else "handoff-age-widened"
    message = f"the handoff accepts runs {_age(after)}, was {_age(before)}"
    at = versions.new.first_place(
        versions.new.key("handoff", "max_age"), versions.new.key("handoff")
    )
    yield versions.change(kind, "handoff.max_age", message, at)


def _age(text: str | None) -> str:
    return "of any age" if text is None else f"of at most {text}"


# -- failures --------------------------------------------------------------------------------------


def _on_failure(versions: VersionPair) -> Iterator[Change]:
    before, after = versions.old.contract.on_failure, versions.new.contract.on_failure
    if before is after:
        return
    # With `continue`, published tables of one stage may come from different runs.
    loosens = after is OnFailure.CONTINUE
    yield versions.change(
        "on-failure-changed",
        "on_failure",
        f"`on_failure` is {quote(after)}, was {quote(before)}",
        versions.new.first_place(versions.new.key("on_failure")),
        direction=Direction.LOOSENS if loosens else Direction.TIGHTENS,
    )


# -- needs -----------------------------------------------------------------------------------------


def _consumes(versions: VersionPair) -> Iterator[Change]:
    before, after = _needs(versions.old.contract), _needs(versions.new.contract)
    for path, wanted in after.items():
        if path not in before:
            if len(path) == 1 or path[:-1] in before:
                yield _need(versions.new, versions, "need-added", path, "is now needed")
        elif isinstance(wanted, str):
            yield from _version(versions, path[0], before[path], wanted)
        elif before[path] != wanted:
            words = f"is needed as {_need_text(wanted)}, was {_need_text(before[path])}"
            yield _need(versions.new, versions, "need-changed", path, words)
    for path in before:
        if path not in after and (len(path) == 1 or path[:-1] in after):
            yield _need(versions.old, versions, "need-removed", path, "is no longer needed")


def _needs(contract: StageContract) -> dict[tuple[str, ...], Any]:
    """Return what a contract needs of other stages.

    By path: stage → range of versions; stage and table → nothing; with a column → type, required.
    """
    needs: dict[tuple[str, ...], Any] = {}
    for need in contract.consumes:
        needs[need.stage,] = need.version
        for table, columns in need.tables.items():
            needs[need.stage, table] = None
            for column, wanted in columns.items():
                path = (need.stage, table, column)
                needs[path] = (wanted.get("type"), bool(wanted.get("required")))
    return needs


def _version(versions: VersionPair, stage: str, before: str, after: str) -> Iterator[Change]:
    if _range(before) != _range(after):
        message = f"stage {quote_name(stage)} is accepted at {quote(after)}, was {quote(before)}"
        path = ("consumes", stage, "version")
        at = versions.new.first_place(versions.new.key(*path))
        yield versions.change("consumes-range-changed", ".".join(path), message, at)


def _range(text: str) -> frozenset[str]:
    return frozenset(text.replace(" ", "").split(","))


def _need_text(wanted: tuple[Any, bool]) -> str:
    column_type, required = wanted
    return f"{column_type or 'any type'}{', never null' if required else ''}"


def _need(
    side: ContractVersion, versions: VersionPair, kind: str, path: tuple[str, ...], words: str
) -> Change:
    names = [f"{noun} {quote_name(name)}" for noun, name in zip(_NEED_NOUNS, path, strict=False)]
    keys = [key for pair in zip(_NEED_KEYS, path, strict=False) for key in pair]
    message = f"{' of '.join(reversed(names))} {words}"
    return versions.change(
        kind, ".".join(("consumes", *path)), message, side.first_place(side.key(*keys))
    )


# -- environments ----------------------------------------------------------------------------------


def _environments(versions: VersionPair) -> Iterator[Change]:
    before = {item.name: _overrides(item) for item in versions.old.contract.environments}
    after = {item.name: _overrides(item) for item in versions.new.contract.environments}
    rules = {
        rule.id: rule for side in (versions.old, versions.new) for rule in side.contract.rules()
    }
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name, {}), after.get(name, {})
        for path in dict.fromkeys((*new, *old)):
            if _same_override(rules.get(path), old.get(path), new.get(path)):
                continue
            side = versions.new if path in new else versions.old
            word = "changed" if path in new else "is no longer overridden"
            message = f"in environment {quote_name(name)}, {quote_name(path)} {word}"
            at = side.first_place(side.key("environments", name, path))
            yield versions.change("environment-changed", f"environments.{name}.{path}", message, at)
        if (name in before) != (name in after) and not (old or new):
            side = versions.new if name in after else versions.old
            message = (
                f"environment {quote_name(name)} was {'added' if name in after else 'removed'}"
            )
            at = side.first_place(side.key("environments", name))
            yield versions.change("environment-changed", f"environments.{name}", message, at)


def _overrides(environment: Environment) -> dict[str, Any]:
    locations = {f"{table}.location": place for table, place in environment.locations.items()}
    return {**environment.rules, **locations}


def _same_override(rule: Rule | None, old: Any, new: Any) -> bool:
    if old == new:
        return True
    if rule is None or old is None or new is None or old.keys() != new.keys():
        return False
    return not any(compare_rules(replace(rule, **old), replace(rule, **new), None))
