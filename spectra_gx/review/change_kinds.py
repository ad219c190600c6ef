"""The catalogue of change kinds: every id, what it means and where it moves a promise.

Ids are permanent: waivers and policies name them. A different meaning is a new kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.review.change import Bump, Direction, Party

if TYPE_CHECKING:
    from collections.abc import Mapping

TIGHTENS, LOOSENS, BOTH = Direction.TIGHTENS, Direction.LOOSENS, Direction.BOTH
UNDETERMINED, NONE = Direction.UNDETERMINED, Direction.NONE

HURTS = {
    TIGHTENS: (Party.PRODUCER,),
    LOOSENS: (Party.CONSUMER,),
    BOTH: (Party.PRODUCER, Party.CONSUMER),
    UNDETERMINED: (),
    NONE: (),
}
SEVERITIES = {
    TIGHTENS: Severity.WARNING,
    LOOSENS: Severity.CRITICAL,
    BOTH: Severity.CRITICAL,
    UNDETERMINED: Severity.WARNING,
    NONE: Severity.INFO,
}
BUMPS = {Severity.CRITICAL: Bump.MAJOR, Severity.WARNING: Bump.MINOR, Severity.INFO: Bump.PATCH}
"""What a change of a severity needs of the version."""

WITHOUT_BUMP = frozenset({"contract-added", "contract-mended"})
"""Kinds of contracts that have no older version to go on from."""


@dataclass(frozen=True)
class ChangeKind:
    """One kind of change."""

    id: str
    purpose: str
    """One sentence, the same everywhere."""

    direction: Direction
    """What most changes of the kind do; a change says what it does itself."""

    severity: Severity
    hurts: tuple[Party, ...]


def _kind(
    change: str, direction: Direction, purpose: str, severity: Severity | None = None
) -> ChangeKind:
    return ChangeKind(
        change, purpose, direction, severity or SEVERITIES[direction], HURTS[direction]
    )


_KINDS = (
    # contracts
    _kind("contract-added", TIGHTENS, "A stage has a contract for the first time.", Severity.INFO),
    _kind("contract-removed", LOOSENS, "A stage has no contract any more."),
    _kind("contract-renamed", BOTH, "A stage has another name."),
    _kind(
        "contract-mended", UNDETERMINED, "The contract before could not be read; this one can be."
    ),
    # tables
    _kind("table-added", TIGHTENS, "A table is declared."),
    _kind("table-removed", LOOSENS, "A table is declared no longer."),
    _kind("table-renamed", BOTH, "A table with the same columns has another name."),
    _kind("table-location-changed", UNDETERMINED, "A table stands somewhere else."),
    _kind("table-format-changed", BOTH, "A table is stored in another format."),
    _kind("quarantine-changed", UNDETERMINED, "Rows that break rules are set aside, or no more."),
    _kind("extra-columns-narrowed", TIGHTENS, "Columns that are not declared are borne less."),
    _kind("extra-columns-widened", LOOSENS, "Columns that are not declared are borne more."),
    _kind("column-order-changed", BOTH, "Columns that must stand in order have another order."),
    _kind("columns-reordered", NONE, "Columns are written in another order, which binds nobody."),
    # columns
    _kind("column-added", TIGHTENS, "A column is declared, which the producer must fill."),
    _kind(
        "column-removed",
        BOTH,
        "A column is declared no longer; it only loosens where other columns are borne.",
    ),
    _kind("column-renamed", BOTH, "A column of the same type and rules has another name."),
    _kind("column-type-changed", BOTH, "A column has another type."),
    _kind(
        "column-type-widened",
        BOTH,
        "A column has a type that holds every value of the old one.",
        Severity.WARNING,
    ),
    _kind("column-required", TIGHTENS, "A column may be null no longer."),
    _kind("column-nullable", LOOSENS, "A column may be null."),
    _kind("timezone-changed", UNDETERMINED, "A column's wall clock is that of another zone."),
    _kind("classification-raised", UNDETERMINED, "A column's values may travel less far."),
    _kind(
        "classification-lowered",
        UNDETERMINED,
        "A column's values may travel further; blocks where they were confidential or pii.",
    ),
    _kind("masking-dropped", UNDETERMINED, "A column is masked no longer; blocks until waived."),
    # keys
    _kind("unique-added", TIGHTENS, "Values that could repeat must not."),
    _kind("unique-removed", LOOSENS, "Values that were unique may repeat."),
    _kind("unique-columns-changed", BOTH, "Other columns are unique together."),
    _kind("primary-key-added", TIGHTENS, "A table has a primary key."),
    _kind("primary-key-removed", LOOSENS, "A table has no primary key any more."),
    _kind("primary-key-changed", BOTH, "Other columns are the primary key."),
    # values
    _kind("enum-value-added", LOOSENS, "A value is allowed that was not."),
    _kind("enum-value-removed", TIGHTENS, "A value is allowed no longer."),
    _kind("enum-values-swapped", BOTH, "Some values are allowed, others are not any more."),
    _kind("not-in-value-added", TIGHTENS, "A value is refused that was not."),
    _kind("not-in-value-removed", LOOSENS, "A value is refused no longer."),
    _kind("const-changed", BOTH, "The one value allowed is another."),
    _kind("range-narrowed", TIGHTENS, "A bound of a column's values leaves less room."),
    _kind("range-widened", LOOSENS, "A bound of a column's values leaves more room."),
    _kind("length-narrowed", TIGHTENS, "A bound of a text's length leaves less room."),
    _kind("length-widened", LOOSENS, "A bound of a text's length leaves more room."),
    _kind("length-changed", BOTH, "A text has another length, exactly."),
    _kind("pattern-narrowed", TIGHTENS, "A pattern matches part of what it matched."),
    _kind("pattern-widened", LOOSENS, "A pattern matches all that it matched, and more."),
    _kind("pattern-changed", UNDETERMINED, "A pattern is another; neither contains the other."),
    _kind("format-changed", BOTH, "A text has another format."),
    # whole tables
    _kind("row-count-narrowed", TIGHTENS, "A bound of the row count leaves less room."),
    _kind("row-count-widened", LOOSENS, "A bound of the row count leaves more room."),
    _kind("row-count-reference-changed", UNDETERMINED, "The rows are counted by another table's."),
    _kind("freshness-narrowed", TIGHTENS, "Data must be younger."),
    _kind("freshness-widened", LOOSENS, "Data may be older."),
    _kind("statistic-narrowed", TIGHTENS, "A bound of a statistic leaves less room."),
    _kind("statistic-widened", LOOSENS, "A bound of a statistic leaves more room."),
    _kind("quantile-changed", UNDETERMINED, "Another quantile is bounded."),
    _kind("sorting-changed", BOTH, "Rows are sorted otherwise."),
    _kind("partitioning-changed", BOTH, "A table is partitioned by other columns."),
    # relations and queries
    _kind("reference-added", TIGHTENS, "Rows must have a parent in another table."),
    _kind("reference-removed", LOOSENS, "Rows need no parent in another table any more."),
    _kind("reference-changed", BOTH, "Rows have their parent elsewhere."),
    _kind("comparison-narrowed", TIGHTENS, "A comparison holds for less."),
    _kind("comparison-widened", LOOSENS, "A comparison holds for more."),
    _kind("comparison-changed", BOTH, "A comparison is another."),
    _kind("sql-changed", UNDETERMINED, "The SQL of a rule is another."),
    _kind("expectation-changed", UNDETERMINED, "An expectation of GX or its arguments changed."),
    # any rule
    _kind("rule-added", TIGHTENS, "A rule is declared."),
    _kind("rule-removed", LOOSENS, "A rule is declared no longer."),
    _kind("rule-replaced", BOTH, "A rule of the same id is of another kind."),
    _kind("rule-renamed", NONE, "A rule that says the same has another id."),
    _kind("rule-columns-changed", BOTH, "A rule speaks of other columns."),
    _kind("severity-raised", TIGHTENS, "A rule matters more when it fails."),
    _kind("severity-lowered", LOOSENS, "A rule matters less when it fails."),
    _kind("mostly-raised", TIGHTENS, "More rows must satisfy a rule."),
    _kind("mostly-lowered", LOOSENS, "Fewer rows must satisfy a rule."),
    _kind(
        "where-added",
        LOOSENS,
        "A rule speaks of fewer rows; undetermined where its rows are not judged one by one.",
    ),
    _kind(
        "where-removed",
        TIGHTENS,
        "A rule speaks of every row; undetermined where its rows are not judged one by one.",
    ),
    _kind("where-changed", UNDETERMINED, "A rule speaks of other rows."),
    # between stages
    _kind("guarantee-added", TIGHTENS, "A guarantee is given."),
    _kind("guarantee-removed", LOOSENS, "A guarantee is given no longer."),
    _kind("guarantee-proof-added", TIGHTENS, "One more rule proves a guarantee."),
    _kind("guarantee-proof-removed", LOOSENS, "A rule proves a guarantee no longer."),
    _kind("guarantee-reworded", NONE, "A guarantee with the same proofs has other words."),
    _kind("handoff-added", TIGHTENS, "The stage is handed to a next one."),
    _kind("handoff-removed", LOOSENS, "The stage is handed to no next one any more."),
    _kind("handoff-target-changed", BOTH, "The stage is handed to another one."),
    _kind("handoff-requirement-added", TIGHTENS, "The handoff requires one more rule."),
    _kind("handoff-requirement-removed", LOOSENS, "The handoff requires a rule no longer."),
    _kind("handoff-age-narrowed", TIGHTENS, "The handoff wants a younger run."),
    _kind("handoff-age-widened", LOOSENS, "The handoff takes an older run."),
    _kind("consumes-range-changed", BOTH, "Other versions of a stage are accepted."),
    _kind("need-added", TIGHTENS, "More is needed of another stage."),
    ChangeKind(
        "need-removed", "Less is needed of another stage, which hurts nobody.", LOOSENS,
        Severity.INFO, (),
    ),
    _kind("need-changed", BOTH, "Something else is needed of another stage's column."),
    _kind("environment-changed", UNDETERMINED, "An environment differs from production otherwise."),
    _kind("inputs-changed", UNDETERMINED, "The stage reaches its source otherwise."),
    _kind("system-changed", UNDETERMINED, "The source system is another."),
    # words for people
    _kind("description-changed", NONE, "A description is another."),
    _kind("owner-changed", NONE, "Somebody else answers for the contract."),
    _kind("contact-changed", NONE, "The owner is reached elsewhere."),
    _kind("purpose-changed", NONE, "The purpose is told otherwise."),
    _kind("status-changed", NONE, "The contract is elsewhere in its life."),
    _kind("tags-changed", NONE, "Tags are others."),
    _kind("examples-changed", NONE, "Examples are others."),
    _kind("waivers-changed", NONE, "Waivers are others."),
    _kind("changelog-changed", NONE, "The changelog is another."),
)  # fmt: skip

CHANGES: Mapping[str, ChangeKind] = {kind.id: kind for kind in _KINDS}
