"""Render a review of contract changes as findings for GitHub and code scanning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Place, Severity, Waiver
from spectra_gx.errors import Problem
from spectra_gx.review.change import Change, Direction
from spectra_gx.review.change_kinds import BUMPS, CHANGES
from spectra_gx.review.review_result import ContractReview, Review, ReviewVerdict, required_bump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


VERSION = "version-too-low"
WAIVER = "waiver-expired"
VERDICTS = {
    VERSION: "The version written is lower than the changes need.",
    WAIVER: "A waiver has expired.",
}
"""Findings that are no change: id → purpose."""

_LEVELS = ("error", "warning", "note")
_CONSEQUENCES = {
    Direction.TIGHTENS: "data that passed may fail",
    Direction.LOOSENS: "consumers lose a promise",
    Direction.BOTH: "data may fail and consumers may break",
    Direction.UNDETERMINED: "the contracts alone do not show whom it affects",
    Direction.NONE: "affects neither data nor consumers",
}
_PLAIN_PATH = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)


def finding_level(change: Change, contract: ContractReview) -> str:
    """Return error for a change that fails the gate, else how much it is worth a look."""
    if change.waiver is not None or change.severity is Severity.INFO:
        return "note"
    return "error" if contract.fails_on(change) else "warning"


def annotation_level(change: Change, contract: ContractReview) -> str:
    """Return the level of a change's severity; only what blocks or fails the gate is an error."""
    harmless = change.severity is Severity.WARNING and not change.blocks
    level = finding_level(change, contract)
    return "warning" if level == "error" and harmless else level


def review_findings(
    review: Review, level_of: Callable[[Change, ContractReview], str] = finding_level
) -> Iterator[tuple[str, Problem]]:
    """Yield level (error, warning or note) and finding: errors first, the gate's before all."""
    levelled = []
    for contract in review.contracts:
        for message, kind in gate_messages(contract):
            levelled.append(("error", _finding(contract.version_place, message, kind)))
    for contract in review.contracts:
        for change in contract.changes:
            finding = _finding(change.place, finding_message(change), change.id)
            levelled.append((level_of(change, contract), finding))
    yield from sorted(levelled, key=lambda one: _LEVELS.index(one[0]))


def _finding(place: Place, message: str, kind: str) -> Problem:
    return Problem(place.file, place.line, place.column, message, kind)


def gate_messages(contract: ContractReview) -> Iterator[tuple[str, str]]:
    """Yield the failures of a contract other than its changes: sentence and id."""
    if contract.lacks_bump:
        versions = f"version {contract.needed_version}, not {contract.to_version}"
        yield f"`{contract.contract}` needs {versions}; `spectra-gx diff --fix` writes it", VERSION
    for waiver in contract.expired:
        yield f"{expired_message(waiver)}; renew or remove it", WAIVER


def expired_message(waiver: Waiver) -> str:
    """Return that a waiver has expired, and when."""
    return f"waiver of {waiver.change} at {waiver.path} expired on {waiver.expires}"


def gate_summary(contract: ContractReview) -> list[str]:
    """Return in a few words why a contract may not pass, without its expired waivers."""
    parts = ["blocked"] if contract.verdict is ReviewVerdict.BLOCKED else []
    return parts + [f"needs version {contract.needed_version}"] * contract.lacks_bump


def version_step(contract: ContractReview) -> str:
    """Return the version before and the version now."""
    return f"{contract.from_version or 'new'} → {contract.to_version or 'removed'}"


def change_message(change: Change) -> str:
    """Return a change's sentence with what it breaks and what lets it through."""
    message = change.message
    if change.breaks:
        message += f"; breaks {', '.join(change.breaks)}"
    if change.waiver is not None:
        message += f"; waived by {change.waiver.owner} until {change.waiver.expires}: "
        message += change.waiver.reason
    return f"{message}; needs a waiver" if needs_waiver(change) else message


def explained_message(change: Change) -> str:
    """Return a change's sentence with why it counts: what it may do, and the version it needs."""
    if change.waiver is not None:
        return change_message(change)
    if change.blocks:
        why = "sensitive values would be shown"
    else:
        bump = required_bump(change)
        why = _CONSEQUENCES[change.direction] + (f"; {bump} version" if bump else "")
    return f"{change_message(change)} ({why})"


def finding_message(change: Change) -> str:
    """Return a change's sentence with why it counts and, where it blocks, a waiver to paste."""
    message = explained_message(change)
    if not needs_waiver(change):
        return message
    return f"{message}: add {waiver_yaml(change)} under `waivers`, filled in"


def needs_waiver(change: Change) -> bool:
    """Return whether only a waiver lets a change through, and there is none."""
    return change.blocks and change.waiver is None


def is_minor(change: Change) -> bool:
    """Return whether a change is worth no line of its own."""
    return change.severity is Severity.INFO and not needs_waiver(change)


def waiver_yaml(change: Change) -> str:
    """Return a waiver of a change to paste, with capitals where a person has to fill it in."""
    path = change.path if _PLAIN_PATH.fullmatch(change.path) else _escaped(change.path)
    who = "owner: WHO, reason: WHY, expires: YYYY-MM-DD"
    return f"{{change: {change.id}, path: {path}, {who}}}"


def _escaped(text: str) -> str:
    """Return a double-quoted YAML scalar without any character that Markdown gives a meaning."""
    letters = (letter if letter.isalnum() else f"\\U{ord(letter):08x}" for letter in text)
    return f'"{"".join(letters)}"'


def rule_helps() -> dict[str, str]:
    """Return for every kind of finding what it means and what to do."""
    helps = {
        VERSION: "Write the version that the finding names, or run `spectra-gx diff --fix`.",
        WAIVER: "Remove the waiver once its change has landed, or agree on another day.",
    }
    for kind in CHANGES.values():
        hurts = " and ".join(kind.hurts) or "nobody for sure"
        bump = BUMPS[kind.severity]
        helps[kind.id] = (
            f"{kind.purpose} Direction: {kind.direction}; hurts {hurts}; needs a {bump} version. "
            "Run `spectra-gx diff --fix`, or let it through with a waiver under `waivers`."
        )
    return helps


def rule_purposes() -> dict[str, str]:
    """Return the purpose of every kind of finding."""
    return {**VERDICTS, **{kind.id: kind.purpose for kind in CHANGES.values()}}
