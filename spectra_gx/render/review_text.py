"""A review of changes as a person reads it in ten seconds: worst first, one line a change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.render.replay_output import replay_text
from spectra_gx.render.review_output import VERSION, change_message, gate_messages
from spectra_gx.review.review_result import ReviewVerdict
from spectra_gx.review.value_formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.review.change import Change
    from spectra_gx.review.review_result import ContractReview, Review

_MARKS = {Severity.CRITICAL: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
_MOST_LINES = 20
_MOST_FILES = 3


def review_text(review: Review) -> str:
    """Return contracts with their changes, what breaks, what is compiled otherwise, the answer."""
    return "\n".join(one_line(line) for line in _lines(review))


def _lines(review: Review) -> Iterator[str]:
    ranks = list(ReviewVerdict)
    for contract in sorted(review.contracts, key=lambda one: -ranks.index(one.verdict)):
        yield _heading(contract)
        yield from _changes(contract.changes)
        for waiver in contract.expired:
            yield f"  ✗ waiver of {waiver.change} at {waiver.path} expired on {waiver.expires}"
    yield from replay_text(review.replayed)
    for need in review.consumers:
        yield f"breaks {need.consumer}: it {need.message}"
    if review.artefacts:
        more = ", …" if len(review.artefacts) > _MOST_FILES else ""
        kept = ", ".join(review.artefacts[:_MOST_FILES]) + more
        count = f"{len(review.artefacts)} file{'s'[: len(review.artefacts) != 1]}"
        yield f"compiled otherwise: {count}: {kept}"
    for name in review.fixed:
        yield f"written: {name}"
    yield _answer(review)


def _heading(contract: ContractReview) -> str:
    versions = f"{contract.from_version or 'new'} → {contract.to_version or 'removed'}"
    reasons = [said for said, kind in gate_messages(contract) if kind == VERSION]
    if contract.verdict is ReviewVerdict.BLOCKED:
        reasons.insert(0, "blocked")
    said = "; ".join(reasons) or ("ok" if contract.changes else "no changes")
    return f"{contract.contract} {versions}: {said}"


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    told = [change for change in changes if change.severity is not Severity.INFO]
    folded = Counter(change.id for change in changes if change.severity is Severity.INFO)
    for change in told[:_MOST_LINES]:
        at = f"{change.place.file}:{change.place.line}:{change.place.column}"
        mark = "~" if change.waiver is not None else _MARKS[change.severity]
        yield f"  {mark} {at}: {change.id}: {change_message(change)}"
    if len(told) > _MOST_LINES:
        yield f"  … {len(told) - _MOST_LINES} more; `--format json` tells all"
    if folded:
        kinds = ", ".join(f"{count} {name}" for name, count in folded.items())
        yield f"  · of little weight: {kinds}"


def _answer(review: Review) -> str:
    changes = review.changes
    left_out = f", {review.ignored} ignored by policy" if review.ignored else ""
    if not changes and not review.contracts:
        return f"no changes since {review.old}{left_out}"
    counts = ", ".join(
        f"{sum(change.severity is severity for change in changes)} {severity}"
        for severity in Severity
    )
    mark = "✓" if review.verdict is ReviewVerdict.OK else "✗"
    size = f"{len(changes)} change{'s'[: len(changes) != 1]} since {review.old}"
    bump = f"needs {review.required}, written {review.declared}"
    return f"{mark} {review.verdict}: {size} ({counts}{left_out}); {bump}".replace("bump_", "bump ")
