"""Comparing what is agreed between stages: guarantees, handoff, needs, environments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.durations import duration
from spectra_gx.contract.quoting import quote
from spectra_gx.review.compare.rule_differences import compare_rules
from spectra_gx.review.value_formatting import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Environment, Guarantee, Need, Place, Rule
    from spectra_gx.review.change import Change
    from spectra_gx.review.compare.version_pair import ContractVersion, VersionPair


def compare_agreements(sides: VersionPair) -> Iterator[Change]:
    """Yield the differences between what two versions agree with other stages."""
    yield from _guarantees(sides)
    yield from _handoff(sides)
    yield from _consumes(sides)
    yield from _environments(sides)


# -- guarantees ------------------------------------------------------------------------------------


def _guarantees(sides: VersionPair) -> Iterator[Change]:
    before = {item.id: item for item in sides.old.contract.guarantees}
    after = {item.id: item for item in sides.new.contract.guarantees}
    for name, guarantee in after.items():
        at = _guarantee_place(sides.new, name)
        path = f"guarantees.{name}"
        if name not in before:
            said = f"guarantee {named(name)} is given"
            yield sides.change("guarantee-added", path, said, at)
            continue
        yield from _guarantee(sides, before[name], guarantee, path, at)
    for name in before:
        if name not in after:
            said = f"guarantee {named(name)} is given no longer"
            at = _guarantee_place(sides.old, name)
            yield sides.change("guarantee-removed", f"guarantees.{name}", said, at)


def _guarantee(
    sides: VersionPair, before: Guarantee, after: Guarantee, path: str, at: Place
) -> Iterator[Change]:
    for proof in dict.fromkeys(after.proven_by):
        if proof not in before.proven_by:
            said = f"guarantee {named(after.id)} is also proven by {named(proof)}"
            yield sides.change("guarantee-proof-added", path, said, at, rule=proof)
    for proof in dict.fromkeys(before.proven_by):
        if proof not in after.proven_by:
            said = f"guarantee {named(after.id)} is proven by {named(proof)} no longer"
            yield sides.change("guarantee-proof-removed", path, said, at, rule=proof)
    if before.says != after.says:
        said = f"guarantee {named(after.id)} has other words"
        yield sides.change("guarantee-reworded", path, said, at)


def _guarantee_place(side: ContractVersion, name: str) -> Place:
    index = [item.id for item in side.contract.guarantees].index(name)
    return side.somewhere(side.key("guarantees", index))


# -- handoff ---------------------------------------------------------------------------------------


def _handoff(sides: VersionPair) -> Iterator[Change]:
    before, after = sides.old.contract.handoff, sides.new.contract.handoff
    there = sides.new.somewhere(sides.new.key("handoff"))
    if before is None or after is None:
        if after is not None:
            said = f"the stage is handed to {named(after.to)}"
            yield sides.change("handoff-added", "handoff", said, there)
        if before is not None:
            said = f"the stage is handed to {named(before.to)} no longer"
            at = sides.old.somewhere(sides.old.key("handoff"))
            yield sides.change("handoff-removed", "handoff", said, at)
        return
    if before.to != after.to:
        said = f"the stage is handed to {named(after.to)}, was to {named(before.to)}"
        at = sides.new.somewhere(sides.new.key("handoff", "to"))
        yield sides.change("handoff-target-changed", "handoff.to", said, at)
    there = sides.new.somewhere(sides.new.key("handoff", "requires"), there)
    for added, one, other in ((True, after, before), (False, before, after)):
        for rule in dict.fromkeys(one.requires):
            if rule not in other.requires:
                kind = "handoff-requirement-" + ("added" if added else "removed")
                word = f"requires {named(rule)}" + ("" if added else " no longer")
                path = f"handoff.requires.{rule}"
                yield sides.change(kind, path, f"the handoff {word}", there, rule=rule)
    yield from _handoff_age(sides, before.max_age, after.max_age)


def _handoff_age(sides: VersionPair, before: str | None, after: str | None) -> Iterator[Change]:
    if before == after or (before and after and duration(before) == duration(after)):
        return
    narrowed = before is None or (after is not None and duration(after) < duration(before))
    kind = "handoff-age-narrowed" if narrowed else "handoff-age-widened"
    said = f"the handoff takes runs {_age(after)}, was {_age(before)}"
    at = sides.new.somewhere(sides.new.key("handoff", "max_age"), sides.new.key("handoff"))
    yield sides.change(kind, "handoff.max_age", said, at)


def _age(text: str | None) -> str:
    return "of any age" if text is None else f"of at most {text}"


# -- what other stages are needed for --------------------------------------------------------------


def _consumes(sides: VersionPair) -> Iterator[Change]:
    before = {need.stage: need for need in sides.old.contract.consumes}
    after = {need.stage: need for need in sides.new.contract.consumes}
    for stage, need in after.items():
        if stage not in before:
            yield _need(sides, "need-added", (stage,), f"stage {named(stage)} is needed")
            continue
        yield from _version(sides, before[stage], need)
        yield from _needed_tables(sides, before[stage], need)
    for stage in before:
        if stage not in after:
            said = f"stage {named(stage)} is needed no longer"
            yield _need(sides, "need-removed", (stage,), said)


def _version(sides: VersionPair, before: Need, after: Need) -> Iterator[Change]:
    if _range(before.version) == _range(after.version):
        return
    said = f"stage '{after.stage}' is accepted at {quote(after.version)}, was "
    path = ("consumes", after.stage, "version")
    at = sides.new.somewhere(sides.new.key(*path))
    yield sides.change("consumes-range-changed", ".".join(path), said + quote(before.version), at)


def _range(text: str) -> frozenset[str]:
    return frozenset(text.replace(" ", "").split(","))


def _needed_tables(sides: VersionPair, before: Need, after: Need) -> Iterator[Change]:
    stage = after.stage
    for table, columns in after.tables.items():
        if table not in before.tables:
            said = f"table {named(table)} of stage '{stage}' is needed"
            yield _need(sides, "need-added", (stage, "tables", table), said)
        else:
            path = (stage, "tables", table)
            yield from _needed_columns(sides, path, before.tables[table], columns)
    for table in before.tables:
        if table not in after.tables:
            said = f"table {named(table)} of stage '{stage}' is needed no longer"
            yield _need(sides, "need-removed", (stage, "tables", table), said)


def _needed_columns(
    sides: VersionPair,
    at: tuple[str, ...],
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
) -> Iterator[Change]:
    for column, wanted in after.items():
        path = (*at, "columns", column)
        what = f"column {named(column)} of table {named(at[-1])}"
        if column not in before:
            yield _need(sides, "need-added", path, f"{what} is needed")
        elif _wanted(before[column]) != _wanted(wanted):
            said = f"{what} is needed as {_in_words(wanted)}, was {_in_words(before[column])}"
            yield _need(sides, "need-changed", path, said)
    for column in before:
        if column not in after:
            said = f"column {named(column)} of table {named(at[-1])} is needed no longer"
            yield _need(sides, "need-removed", (*at, "columns", column), said)


def _wanted(said: Mapping[str, Any]) -> tuple[Any, bool]:
    return said.get("type"), bool(said.get("required"))


def _in_words(wanted: Mapping[str, Any]) -> str:
    column_type, required = _wanted(wanted)
    return f"{column_type or 'any type'}{', never null' if required else ''}"


def _need(sides: VersionPair, kind: str, path: tuple[str, ...], message: str) -> Change:
    side = sides.old if kind == "need-removed" else sides.new
    said = ".".join(step for step in path if step not in ("tables", "columns"))
    at = side.somewhere(side.key("consumes", *path))
    return sides.change(kind, f"consumes.{said}", message, at)


# -- environments ----------------------------------------------------------------------------------


def _environments(sides: VersionPair) -> Iterator[Change]:
    before = {item.name: _overrides(item) for item in sides.old.contract.environments}
    after = {item.name: _overrides(item) for item in sides.new.contract.environments}
    rules = {rule.id: rule for side in (sides.old, sides.new) for rule in side.contract.rules()}
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name, {}), after.get(name, {})
        for path in dict.fromkeys((*new, *old)):
            if _same_override(rules.get(path), old.get(path), new.get(path)):
                continue
            side = sides.new if path in new else sides.old
            word = "is declared otherwise" if path in new else "is as in production"
            said = f"in environment {named(name)}, {named(path)} {word}"
            at = side.somewhere(side.key("environments", name, path))
            yield sides.change("environment-changed", f"environments.{name}.{path}", said, at)
        if (name in before) != (name in after) and not (old or new):
            side = sides.new if name in after else sides.old
            said = f"environment {named(name)} is {'added' if name in after else 'removed'}"
            at = side.somewhere(side.key("environments", name))
            yield sides.change("environment-changed", f"environments.{name}", said, at)


def _overrides(environment: Environment) -> dict[str, Any]:
    locations = {f"{table}.location": place for table, place in environment.locations.items()}
    return {**environment.rules, **locations}


def _same_override(rule: Rule | None, old: Any, new: Any) -> bool:
    if old == new:
        return True
    if rule is None or old is None or new is None or old.keys() != new.keys():
        return False
    return not any(compare_rules(replace(rule, **old), replace(rule, **new), None))
