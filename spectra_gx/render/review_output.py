"""A review of changes as machines read it: JSON, and findings for GitHub and code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import Severity
from spectra_gx.errors import Problem
from spectra_gx.render.replay_output import replay_json
from spectra_gx.review.change_kinds import BUMPS, CHANGES
from spectra_gx.review.review_result import ReviewVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.change import Change
    from spectra_gx.review.review_result import ContractReview, Review

VERSION = "version-too-low"
WAIVER = "waiver-expired"
VERDICTS = {
    VERSION: "The version written is lower than the changes need.",
    WAIVER: "A waiver holds no longer.",
}
"""Findings that are no change: id → purpose."""


def review_json(review: Review) -> dict[str, Any]:
    """Return a review; its keys are a promise."""
    return {
        "from": review.old,
        "to": review.new,
        "required_bump": str(review.required),
        "declared_bump": str(review.declared),
        "verdict": str(review.verdict),
        "changes": [_change(change) for change in review.changes],
        "contracts": [_contract(contract) for contract in review.contracts],
        "consumers": [
            {
                "consumer": need.consumer,
                "contract": need.stage,
                "table": need.table,
                "column": need.column,
                "message": need.message,
            }
            for need in review.consumers
        ],
        "artefacts": list(review.artefacts),
        "ignored": review.ignored,
        "fixed": list(review.fixed),
        "replay": replay_json(review.replayed),
    }


def review_findings(review: Review) -> Iterator[tuple[str, Problem]]:
    """Yield level (error, warning or note) and finding: what fails the gate first."""
    for contract in review.contracts:
        for said, kind in gate_messages(contract):
            place = contract.version_place
            yield "error", Problem(place.file, place.line, place.column, said, kind)
    levelled = [
        (finding_level(change, contract), change)
        for contract in review.contracts
        for change in contract.changes
    ]
    for wanted in ("error", "warning", "note"):
        for level, change in levelled:
            if level == wanted:
                place = change.place
                said = change_message(change)
                yield level, Problem(place.file, place.line, place.column, said, change.id)


def finding_level(change: Change, contract: ContractReview) -> str:
    """Return error for a change that fails the gate, else how much it is worth a look."""
    if change.waiver is not None or change.severity is Severity.INFO:
        return "note"
    failing = contract.verdict is not ReviewVerdict.OK and contract.fails_on(change)
    return "error" if failing else "warning"


def gate_messages(contract: ContractReview) -> Iterator[tuple[str, str]]:
    """Yield why a contract may not pass, beside its changes: sentence and id."""
    if contract.lacks_bump:
        said = f"'{contract.contract}' needs {contract.needed_version}"
        yield f"{said}, you wrote {contract.to_version}", VERSION
    for waiver in contract.expired:
        said = f"the waiver of {waiver.change} at {waiver.path} has expired on {waiver.expires}"
        yield f"{said}; renew it or take it out", WAIVER


def change_message(change: Change) -> str:
    """Return a change's sentence with what it breaks and what lets it through."""
    said = change.message
    if change.breaks:
        said += f"; breaks {', '.join(change.breaks)}"
    if change.waiver is not None:
        said += f"; waived by {change.waiver.owner} until {change.waiver.expires}: "
        said += change.waiver.reason
    elif change.blocks:
        said += "; needs a waiver"
    return said


def rule_helps() -> dict[str, str]:
    """Return for every kind of finding what it means and what to do."""
    helps = {
        VERSION: "Write the version that is named, or run `spectra-gx diff --fix`.",
        WAIVER: "Take the waiver out when its change has landed, or agree on another day.",
    }
    for kind in CHANGES.values():
        hurts = " and ".join(kind.hurts) or "nobody for sure"
        bump = BUMPS[kind.severity]
        helps[kind.id] = (
            f"{kind.purpose} Direction: {kind.direction}; hurts {hurts}; needs a {bump} version. "
            "A change that must pass all the same is let through by a waiver under `waivers`."
        )
    return helps


def rule_purposes() -> dict[str, str]:
    """Return the purpose of every kind of finding."""
    return {**VERDICTS, **{kind.id: kind.purpose for kind in CHANGES.values()}}


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "path": change.path,
        "rule": change.rule,
        "contract": change.stage,
        "direction": str(change.direction),
        "hurts": [str(party) for party in change.hurts],
        "severity": str(change.severity),
        "file": change.place.file,
        "line": change.place.line,
        "column": change.place.column,
        "message": change.message,
        "blocks": change.blocks,
        "breaks": list(change.breaks),
        "waived_until": None if change.waiver is None else change.waiver.expires,
    }


def _contract(contract: ContractReview) -> dict[str, Any]:
    return {
        "contract": contract.contract,
        "file": contract.file,
        "from_version": contract.from_version,
        "to_version": contract.to_version,
        "required_bump": str(contract.required),
        "declared_bump": str(contract.declared),
        "needed_version": contract.needed_version,
        "verdict": str(contract.verdict),
        "expired_waivers": [waiver.path for waiver in contract.expired],
    }
