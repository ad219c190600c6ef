"""Render what was generated, and what a check found of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.render.screen_lines import Line, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.generate.result import BrokenRule, Generation


def generation_screen(result: Generation) -> list[Line]:
    """Return the tables, the rules that were broken, those not promised, and what it comes to."""
    return [*_tables(result), *_rules(result), *_unbuilt(result), *_summary(result)]


def _tables(result: Generation) -> Iterator[Line]:
    width = max(len(table.table) for table in result.tables)
    for table in result.tables:
        limit = f", the most that `{table.limited_by}` allows" if table.limited_by else ""
        yield Line(f"{table.table:<{width}}  {counted(table.rows, 'row')}{limit}")
    places = {table.table: table.place for table in result.tables}
    for name, why in result.moved.items():
        yield Line(f"{name}: {why}; it was written to {places[name]}", Tone.DETAIL)


def _rules(result: Generation) -> Iterator[Line]:
    for broken in result.broken:
        yield Line(_broken_text(broken), Tone.PASSED if broken.broken else Tone.FAILED, 1)
    for rule in result.failing:
        why = f"; {result.unbuilt[rule.id]}" if rule.id in result.unbuilt else ""
        tone = Tone.FAILED if rule.severity == "critical" else Tone.WARNING
        yield Line(f"✗ {rule.id} ({rule.severity}) is not kept: {rule.message}{why}", tone, 1)
    for rule in result.errored:
        yield Line(f"! {rule.id} ({rule.severity}): {rule.message}", Tone.ERRORED, 1)


def _broken_text(broken: BrokenRule) -> str:
    if broken.rows is None:
        return (
            f"✓ {broken.rule} is broken, as asked"
            if broken.broken
            else f"✗ {broken.rule} is not broken; no way was found"
        )
    if not broken.broken:
        found = "none" if broken.found is None else f"{broken.found:,}"
        return f"✗ {broken.rule}: {counted(broken.rows, 'row')} should break it, {found} do"
    passes = "; it lets so many through, and passes" if broken.passes else ""
    return f"✓ {broken.rule} is broken by {counted(broken.rows, 'row')}, as asked{passes}"


def _unbuilt(result: Generation) -> Iterator[Line]:
    shown = {rule.id for rule in (*result.failing, *result.errored)}
    left = [rule for rule in result.check.all_rules() if rule.id in result.unbuilt]
    for rule in left:
        if rule.id not in shown:
            yield Line(
                f"  {rule.id}: not constructed, {result.unbuilt[rule.id]}; checked, it passes",
                Tone.DETAIL,
            )


def _summary(result: Generation) -> Iterator[Line]:
    instant = result.as_of.isoformat().replace("+00:00", "Z")
    clock = f" --as-of {instant}" if result.reads_clock else ""
    yield Line(f"seed {result.seed}, written to {result.warehouse}")
    if result.reads_clock:
        yield Line(f"rules read the clock: the same values come with{clock}", Tone.DETAIL)
    name, checked = result.check.contract, counted(result.check.declared, "rule")
    passed = sum(rule.status == "passed" for rule in result.check.all_rules())
    if result.errored:
        some = counted(len(result.errored), "rule")
        yield Line(f"! {name}: {some} could not be evaluated", Tone.ERRORED, 1)
    elif not result.kept:
        yield Line(f"✗ {name}: not as asked, see above", Tone.FAILED, 1)
    elif passed == result.check.declared:
        yield Line(f"✓ {name}: {checked} checked, all passed", Tone.PASSED, 1)
    else:
        others = "the others as above"
        yield Line(f"✓ {name}: {checked} checked, {passed:,} passed, {others}", Tone.PASSED, 1)
