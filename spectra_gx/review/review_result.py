"""The result of a review: every change, the version it needs, and whether it may pass."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import Place, Severity, StageContract, Waiver
from spectra_gx.display import DisplayedResult, Rows
from spectra_gx.review.change import Bump, Change
from spectra_gx.review.change_kinds import BUMPS, WITHOUT_BUMP
from spectra_gx.review.consumers import BrokenNeed, is_broken_by, is_needed
from spectra_gx.review.version_bumps import bump_between, bump_version, is_lower

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from spectra_gx.review.policy import Policy
    from spectra_gx.review.replay.replay_result import ReplayedTable


def change_rows(changes: Sequence[Change]) -> Rows:
    """Return changes as rows of a notebook's table."""
    return ("change", "severity", "path", "message"), [
        (change.id, change.severity, change.path, change.message) for change in changes
    ]


class ReviewVerdict(StrEnum):
    """Whether changes may pass, best to worst."""

    OK = "ok"
    BUMP_NEEDED = "bump_needed"
    """A larger step of the version is needed than the one written."""

    BLOCKED = "blocked"
    """A change needs a waiver, or a waiver has expired."""


@dataclass(frozen=True, repr=False)
class ContractReview(DisplayedResult):
    """The changes of one contract and what follows from them."""

    contract: str
    """The stage."""

    file: str
    from_version: str | None
    """None where there was no contract, or none that could be read."""

    to_version: str | None
    """None where the contract was removed."""

    required: Bump
    declared: Bump
    needed_version: str | None
    """The lowest version that its changes allow; None without an old or a new version."""

    verdict: ReviewVerdict
    changes: tuple[Change, ...]
    """Worst first."""

    expired: tuple[Waiver, ...]
    version_place: Place
    """Where the version is written."""

    sides: tuple[StageContract | None, StageContract | None] = field(
        default=(None, None), compare=False, repr=False
    )
    """The contract before and now, for a replay."""

    @property
    def lacks_bump(self) -> bool:
        """Whether the version written is lower than the changes need, or went down."""
        before, after = self.from_version, self.to_version
        if before is None or after is None:
            return False
        return self.declared < self.required or is_lower(after, before)

    @property
    def blocking(self) -> tuple[Change, ...]:
        """The changes that only a waiver lets through, and that have none."""
        return tuple(change for change in self.changes if change.blocks and change.waiver is None)

    def fails_on(self, change: Change) -> bool:
        """Return whether a change is a reason why the verdict is not ok."""
        if change.waiver is not None or self.verdict is ReviewVerdict.OK:
            return False
        return change.blocks or required_bump(change) > self.declared

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it, but for its changes; the keys are stable."""
        return {
            "contract": self.contract,
            "file": self.file,
            "from_version": self.from_version,
            "to_version": self.to_version,
            "required_bump": str(self.required),
            "declared_bump": str(self.declared),
            "needed_version": self.needed_version,
            "verdict": str(self.verdict),
            "expired_waivers": [waiver.path for waiver in self.expired],
        }

    def _headline(self) -> str:
        versions = f"{self.from_version or 'new'} → {self.to_version or 'removed'}"
        return f"{self.contract} {versions} {self.verdict}, changes: {len(self.changes):,}"

    def _rows(self) -> Rows:
        return change_rows(self.changes)


@dataclass(frozen=True, repr=False)
class Review(DisplayedResult):
    """Every change between two sides."""

    old: str
    """Name of the old side."""

    new: str
    folder: Path
    """Where the names of files start."""

    contracts: tuple[ContractReview, ...]
    consumers: tuple[BrokenNeed, ...]
    """Declared needs that are no longer met."""

    artefacts: tuple[str, ...]
    """Compiled suites, definitions and checkpoints that change, from the project."""

    ignored: int
    """Changes that the policy leaves out."""

    stale: tuple[str, ...] = ()
    """Those of `artefacts` whose file is not what the new side compiles to."""

    fixed: tuple[str, ...] = ()
    """Files whose version and changelog were written."""

    notes: tuple[str, ...] = ()
    """Notes, such as waivers that can never apply."""

    replayed: tuple[ReplayedTable, ...] = ()
    """The changed rules on stored tables, where a replay was requested."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change, contract by contract."""
        return tuple(change for contract in self.contracts for change in contract.changes)

    @property
    def ranked_changes(self) -> tuple[Change, ...]:
        """Every change: what blocks first, then what else fails the gate; waived ones last."""
        ranked = [
            (_rank(change, fails=contract.fails_on(change)), change)
            for contract in self.contracts
            for change in contract.changes
        ]
        return tuple(change for _, change in sorted(ranked, key=lambda one: one[0]))

    @property
    def worst(self) -> ContractReview | None:
        """The contract with the worst verdict; among equals, that needs most."""
        ranks = list(ReviewVerdict)
        return max(
            self.contracts,
            key=lambda contract: (ranks.index(contract.verdict), contract.required),
            default=None,
        )

    @property
    def verdict(self) -> ReviewVerdict:
        """The worst of the contracts' verdicts."""
        return ReviewVerdict.OK if self.worst is None else self.worst.verdict

    @property
    def required(self) -> Bump:
        """The largest step that any contract needs."""
        return max((contract.required for contract in self.contracts), default=Bump.NONE)

    @property
    def declared(self) -> Bump:
        """The step written, in the contract with the worst verdict."""
        return Bump.NONE if self.worst is None else self.worst.declared

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "from": self.old,
            "to": self.new,
            "required_bump": str(self.required),
            "declared_bump": str(self.declared),
            "verdict": str(self.verdict),
            "changes": [change.to_dict() for change in self.changes],
            "contracts": [contract.to_dict() for contract in self.contracts],
            "consumers": [need.to_dict() for need in self.consumers],
            "artefacts": list(self.artefacts),
            "ignored": self.ignored,
            "fixed": list(self.fixed),
            "replay": [table.to_dict() for table in self.replayed],
        }

    def _headline(self) -> str:
        bumps = f"requires {self.required}, declares {self.declared}"
        return f"{self.old} → {self.new} {self.verdict}, changes: {len(self.changes):,}, {bumps}"

    def _rows(self) -> Rows:
        return change_rows(self.ranked_changes)


def apply_policy(
    changes: Iterable[Change],
    waivers: Sequence[Waiver],
    needs: Sequence[BrokenNeed],
    consumers: Sequence[StageContract],
    policy: Policy,
    today: date,
) -> tuple[Change, ...]:
    """Return the changes with severity, broken consumers and waiver, worst first."""
    ranked = []
    for change in changes:
        breaks = dict.fromkeys(need.consumer for need in needs if is_broken_by(need, change))
        waiver = next((one for one in waivers if waiver_applies(one, change, today)), None)
        severity = policy.severity.get(change.id, change.severity)
        spared = policy.unneeded is not None and not is_needed(change, consumers)
        if severity is Severity.CRITICAL and spared and policy.unneeded is not None:
            severity = policy.unneeded
        ranked.append(replace(change, severity=severity, breaks=tuple(breaks), waiver=waiver))
    return tuple(sorted(ranked, key=_rank))


def waiver_applies(waiver: Waiver, change: Change, today: date) -> bool:
    """Return whether a waiver matches a change and has not expired."""
    return waiver_matches(waiver, change) and not has_expired(waiver, today)


def waiver_matches(waiver: Waiver, change: Change) -> bool:
    """Return whether a waiver names a change."""
    return waiver.change == change.id and waiver.path in (change.path, change.rule)


def has_expired(waiver: Waiver, today: date) -> bool:
    """Return whether the last day of a waiver is over."""
    return waiver.expires < today.isoformat()


def assess_contract(
    old: StageContract | None,
    new: StageContract | None,
    changes: tuple[Change, ...],
    expired: tuple[Waiver, ...],
    version_place: Place,
) -> ContractReview:
    """Return the verdict on the changes of a contract.

    Changes come after the policy, worst first; a contract is None before it was added, or once it
    was removed.
    """
    open_changes = [change for change in changes if change.waiver is None]
    required = max(map(required_bump, open_changes), default=Bump.NONE)
    before = None if old is None else old.version or None
    after = None if new is None else new.version
    declared = bump_between(before, after) if before and after else Bump.NONE
    blocked = expired or any(change.blocks for change in open_changes)
    found = ContractReview(
        contract=new.name if new is not None else old.name if old is not None else "",
        file=version_place.file,
        from_version=before,
        to_version=after,
        required=required,
        declared=declared,
        needed_version=bump_version(before, required) if before and after else None,
        verdict=ReviewVerdict.OK,
        changes=changes,
        expired=expired,
        version_place=version_place,
        sides=(old, new),
    )
    if blocked or (required and after is None):
        return replace(found, verdict=ReviewVerdict.BLOCKED)
    return replace(found, verdict=ReviewVerdict.BUMP_NEEDED) if found.lacks_bump else found


def required_bump(change: Change) -> Bump:
    """Return the step of the version that a change needs."""
    return Bump.NONE if change.id in WITHOUT_BUMP else BUMPS[change.severity]


def _rank(change: Change, *, fails: bool = False) -> tuple[bool, bool, bool, int]:
    """Order changes worst first; what is equally bad keeps its order."""
    severity = list(Severity).index(change.severity)
    return change.waiver is not None, not change.blocks, not fails, severity
