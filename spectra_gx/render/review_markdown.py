"""Render a review of contract changes as a pull request comment that later runs find and replace.

Contract text is escaped: it cannot produce markup, HTML, a mention or a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.display import counted
from spectra_gx.render.markdown import details_block, escape_markdown, escape_message
from spectra_gx.render.replay_output import replay_markdown
from spectra_gx.render.review_findings import (
    expired_message,
    explained_message,
    gate_summary,
    is_minor,
    needs_waiver,
    version_step,
    waiver_yaml,
)
from spectra_gx.review.review_result import ContractReview, Review, ReviewVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spectra_gx.review.change import Change

MARKER = "<!-- spectra-gx diff -->"
"""First line of the comment, by which a later run finds the comment to replace."""

LARGEST = 65_536
"""Characters that GitHub takes."""

_ROOM = 50_000
_MOST_CONTRACTS = 100
_MOST_STEPS = 20
_MOST_WAIVERS = 5
_MOST_FILES = 50
_MARKS = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟡", Severity.INFO: "⚪"}
_TITLES = {
    ReviewVerdict.OK: "✅ The contract changes can be merged",
    ReviewVerdict.BUMP_NEEDED: "❌ A contract needs a higher version",
    ReviewVerdict.BLOCKED: "⛔ A contract change is blocked",
}


def review_markdown(review: Review) -> str:
    """Return the comment; the same review gives the same text."""
    return fit_comment([MARKER, *review_lines(review), *stale_lines(review.stale)])


def fit_comment(lines: Iterable[str], command: str = "spectra-gx diff") -> str:
    """Return lines as one text, cut between two of them to what GitHub takes.

    The command that is named prints all of it.
    """
    text = "\n".join(lines)
    if len(text) <= LARGEST:
        return text
    cut = f"\n\n*There is no room for the rest; run `{command}` to read it.*"
    ends = "\n  ```", "\n</details>"
    kept = text[: LARGEST - len(cut) - sum(map(len, ends))].rpartition("\n")[0]
    closed = kept.count("```") % 2 * ends[0]
    if kept.count("<details>") > kept.count("</details>"):
        closed += ends[1]
    return kept + closed + cut


def review_lines(review: Review, title: str = "") -> Iterator[str]:
    """Yield the comment without its marker and without stale files: what blocks comes first.

    A title takes the place of the heading of the verdict.
    """
    head = [f"### {title or _TITLES[review.verdict]}", "", *_contracts(review)]
    shown, left = _fitting(review.ranked_changes, _ROOM - sum(map(len, head)))
    minor = [change for change in shown if is_minor(change)]
    rest = [change for change in shown if not is_minor(change)]
    yield from head
    if rest:
        yield from ("", *_table(rest))
    if minor:
        yield from ("", *details_block(counted(len(minor), "minor change"), _table(minor)))
    if left:
        yield from ("", f"{left:,} more changes do not fit here; `spectra-gx diff` lists them.")
    yield from _next_steps(review.contracts)
    if review.consumers:
        broken = [
            f"- **{escape_markdown(need.consumer)}** {escape_message(need.message)}"
            for need in review.consumers[:50]
        ]
        count = counted(len(review.consumers), "broken need")
        yield from ("", *details_block(f"{count} of consumers", broken))
    yield from replay_markdown(review.replayed)


def stale_lines(files: Sequence[str]) -> Iterator[str]:
    """Yield which compiled files are out of date, if any are, and what to do about it."""
    if files:
        listed = [f"- {escape_markdown(path)}" for path in files[:_MOST_FILES]]
        if len(files) > _MOST_FILES:
            listed.append(f"- and {len(files) - _MOST_FILES:,} more")
        summary = f"compiled files out of date: {len(files):,}"
        yield from ("", "Run `spectra-gx compile` and commit what it writes:", "")
        yield from details_block(summary, listed)


def _contracts(review: Review) -> Iterator[str]:
    if not review.contracts:
        yield f"No contract changed since {escape_markdown(review.old)}."
    for contract in review.contracts[:_MOST_CONTRACTS]:
        parts = gate_summary(contract) + [expired_message(waiver) for waiver in contract.expired]
        answer = (
            "; ".join(parts)
            or f"version bump: {contract.required} required, {contract.declared} declared"
        )
        texts = map(escape_markdown, (contract.contract, version_step(contract), answer))
        yield "- **{}** {}: {}".format(*texts)
    if len(review.contracts) > _MOST_CONTRACTS:
        yield f"- and {len(review.contracts) - _MOST_CONTRACTS:,} more contracts"


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
    mark = _MARKS[change.severity] if change.waiver is None else "☑️"
    mark = "⛔" if needs_waiver(change) else mark
    cells = (change.id, f"{change.place.file}:{change.place.line}", explained_message(change))
    return f"| {mark} | " + " | ".join(map(escape_message, cells)) + " |"


def _next_steps(contracts: Sequence[ContractReview]) -> Iterator[str]:
    """Yield how to go on with what fails the gate."""
    steps = [list(_steps(contract)) for contract in contracts]
    steps = [step for step in steps if step]
    if steps:
        yield from ("", "**Next steps**", "")
    for step in steps[:_MOST_STEPS]:
        yield from step


def _steps(contract: ContractReview) -> Iterator[str]:
    name, blocking = escape_markdown(contract.contract), contract.blocking
    if contract.lacks_bump:
        written = f"version {contract.needed_version} of {name} and a changelog entry"
        yield f"- Run `spectra-gx diff --fix`: it writes {written}."
    if contract.expired:
        yield f"- Renew or remove the expired waivers of {name}."
    if blocking:
        where = f"`waivers` of {escape_markdown(contract.file)}"
        yield f"- Undo what blocks {name} (⛔), or agree on a waiver and add it to {where}:"
        yield from ("", "  ```yaml")
        yield from (f"  - {waiver_yaml(change)}" for change in blocking[:_MOST_WAIVERS])
        yield "  ```"
