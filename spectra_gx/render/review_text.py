"""Render a review of contract changes as text: worst first, one line per change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.render.replay_output import replay_text
from spectra_gx.render.review_findings import (
    change_message,
    expired_message,
    gate_summary,
    is_minor,
    needs_waiver,
    version_step,
    waiver_yaml,
)
from spectra_gx.review.review_result import ContractReview, Review, ReviewVerdict
from spectra_gx.review.value_formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.review.change import Change

_MARKS = {Severity.CRITICAL: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
_MOST_LINES = 20
_MOST_WAIVERS = 5
_MOST_FILES = 3


def review_text(review: Review) -> str:
    """Return contracts with their changes and how to go on, what breaks, and the answer."""
    return "\n".join(one_line(line) for line in _lines(review))


def _lines(review: Review) -> Iterator[str]:
    ranks = list(ReviewVerdict)
    for contract in sorted(review.contracts, key=lambda one: -ranks.index(one.verdict)):
        yield _heading(contract)
        yield from _changes(contract.changes)
        yield from _hints(contract)
    yield from replay_text(review.replayed)
    for need in review.consumers:
        yield f"breaks {need.consumer}: it {need.message}"
    for name in review.fixed:
        yield f"written: {name}"
    if review.stale:
        more = ", …" if len(review.stale) > _MOST_FILES else ""
        named = ", ".join(review.stale[:_MOST_FILES]) + more
        yield f"compiled files out of date: {len(review.stale):,} ({named}); `spectra-gx compile`"
    yield _answer(review)


def _heading(contract: ContractReview) -> str:
    answer = "; ".join(gate_summary(contract)) or ("ok" if contract.changes else "no changes")
    return f"{contract.contract} {version_step(contract)}: {answer}"


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    shown = [change for change in changes if not is_minor(change)]
    minor = Counter(change.id for change in changes if is_minor(change))
    for change in shown[:_MOST_LINES]:
        at = f"{change.place.file}:{change.place.line}:{change.place.column}"
        mark = "~" if change.waiver is not None else _MARKS[change.severity]
        mark = "✗" if needs_waiver(change) else mark
        yield f"  {mark} {at}: {change.id}: {change_message(change)}"
    if len(shown) > _MOST_LINES:
        yield f"  … {len(shown) - _MOST_LINES:,} more; `--format json` lists all"
    if minor:
        kinds = (
            name.replace("-", " ") + (f" ({count:,})" if count > 1 else "")
            for name, count in minor.items()
        )
        yield f"  · minor: {', '.join(kinds)}"


def _hints(contract: ContractReview) -> Iterator[str]:
    """Yield how to go on with what fails the gate."""
    for waiver in contract.expired:
        yield f"  ✗ {expired_message(waiver)}"
    if contract.lacks_bump:
        yield f"  hint: `--fix` writes version {contract.needed_version} and a changelog entry"
    if contract.expired:
        yield "  hint: renew or remove the expired waivers"
    if contract.blocking:
        yield "  hint: undo what needs a waiver, or fill this in and add it under `waivers`:"
        for change in contract.blocking[:_MOST_WAIVERS]:
            yield f"    - {waiver_yaml(change)}"


def _answer(review: Review) -> str:
    changes = review.changes
    ignored = f", {review.ignored:,} ignored by policy" if review.ignored else ""
    if not changes and not review.contracts:
        return f"no changes since {review.old}{ignored}"
    counts = ", ".join(
        f"{sum(change.severity is severity for change in changes):,} {severity}"
        for severity in Severity
    )
    mark = "✓" if review.verdict is ReviewVerdict.OK else "✗"
    size = f"{len(changes):,} change{'s'[: len(changes) != 1]} since {review.old}"
    verdict = review.verdict.replace("_", " ")
    bump = f"version bump: {review.required} required, {review.declared} declared"
    return f"{mark} {verdict}: {size} ({counts}{ignored}); {bump}"
