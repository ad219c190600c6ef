"""A review of changes as a comment on a pull request: one that later runs find and replace.

Whatever a contract says is told as plain text: no markup, no HTML, no mention, no link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.render.markdown import details_block, escape_markdown
from spectra_gx.render.replay_output import replay_markdown
from spectra_gx.render.review_output import change_message, gate_messages
from spectra_gx.review.review_result import ReviewVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spectra_gx.review.change import Change
    from spectra_gx.review.review_result import ContractReview, Review

MARKER = "<!-- spectra-gx diff -->"
"""First line of the comment; whoever posts it looks for it, and replaces what it finds."""

LARGEST = 65_536
"""Characters that GitHub takes."""

_ROOM = 60_000
_MOST_CONTRACTS = 100
_MARKS = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟡", Severity.INFO: "⚪"}
_VERDICTS = {
    ReviewVerdict.OK: "✅ The changes of contracts may pass",
    ReviewVerdict.BUMP_NEEDED: "❌ A contract needs a larger version",
    ReviewVerdict.BLOCKED: "⛔ A change of a contract is blocked",
}


def review_markdown(review: Review) -> str:
    """Return the comment; the same review gives the same text."""
    lines = [MARKER, f"### {_VERDICTS[review.verdict]}", "", *_contracts(review)]
    changes = sorted(
        review.changes,
        key=lambda change: (change.waiver is not None, list(Severity).index(change.severity)),
    )
    room = _ROOM - sum(map(len, lines))
    shown, left = _fitting(changes, room)
    telling = [change for change in shown if change.severity is not Severity.INFO]
    small = [change for change in shown if change.severity is Severity.INFO]
    if telling:
        lines += ["", *_table(telling)]
    if small:
        lines += ["", *details_block(f"{len(small)} of little weight", _table(small))]
    if left:
        lines += ["", f"{left} more changes have no room here; `spectra-gx diff` tells all."]
    lines += [*replay_markdown(review.replayed), *_beside(review)]
    return "\n".join(lines)


def _contracts(review: Review) -> Iterator[str]:
    if not review.contracts:
        yield f"No contract changed since {escape_markdown(review.old)}."
    for contract in review.contracts[:_MOST_CONTRACTS]:
        versions = f"{contract.from_version or 'new'} → {contract.to_version or 'removed'}"
        reasons = "; ".join(said for said, _ in gate_messages(contract))
        yield (
            f"- **{escape_markdown(contract.contract)}** {escape_markdown(versions)}: "
            + escape_markdown(_said(contract, reasons))
        )
    if len(review.contracts) > _MOST_CONTRACTS:
        yield f"- and {len(review.contracts) - _MOST_CONTRACTS} contracts more"


def _said(contract: ContractReview, reasons: str) -> str:
    if contract.verdict is ReviewVerdict.BLOCKED:
        return f"blocked; {reasons}" if reasons else "blocked"
    return reasons or f"needs {contract.required}, written {contract.declared}"


def _fitting(changes: Sequence[Change], room: int) -> tuple[list[Change], int]:
    """Return the changes that there is room for, and how many are left out."""
    shown = []
    for change in changes:
        room -= len(_row(change)) + 1
        if room < 0:
            break
        shown.append(change)
    return shown, len(changes) - len(shown)


def _table(changes: Iterable[Change]) -> list[str]:
    return ["| | change | where | what |", "| --- | --- | --- | --- |", *map(_row, changes)]


def _row(change: Change) -> str:
    mark = "☑️" if change.waiver is not None else _MARKS[change.severity]
    where = f"{change.place.file}:{change.place.line}"
    cells = (change.id, where, change_message(change))
    return f"| {mark} | " + " | ".join(map(escape_markdown, cells)) + " |"


def _beside(review: Review) -> Iterator[str]:
    if review.consumers:
        broken = [
            f"- **{escape_markdown(need.consumer)}** {escape_markdown(need.message)}"
            for need in review.consumers[:50]
        ]
        yield from (
            "",
            *details_block(f"{len(review.consumers)} needs of consumers broken", broken),
        )
    if review.artefacts:
        files = [f"- {escape_markdown(path)}" for path in review.artefacts[:20]]
        yield from ("", *details_block(f"{len(review.artefacts)} compiled files differ", files))
